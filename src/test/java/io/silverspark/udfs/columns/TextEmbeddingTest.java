package io.silverspark.udfs.columns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.silverspark.NarrowModel;
import io.silverspark.SparkFixture;
import io.silverspark.model.encoder.CrossEncoder;
import io.silverspark.model.encoder.Precision;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.error.UserException;
import io.silverspark.udfs.search.VectorData;
import io.silverspark.udfs.serving.EncodeSpec;
import io.silverspark.udfs.serving.EncoderCache;
import io.silverspark.udfs.serving.NullText;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@Tag("spark")
@ExtendWith(SparkFixture.class)
class TextEmbeddingTest {
  private static final EncodeSpec SPEC =
      EncodeSpec.of(NarrowModel.directory()).withPrecision(Precision.FP32).withBufferRows(4);
  private static final StructType SCHEMA =
      new StructType()
          .add("id", DataTypes.LongType)
          .add("text", DataTypes.StringType)
          .add("other", DataTypes.StringType);
  private static final List<String> TEXTS =
      List.of(
          "A man plays the guitar.",
          "",
          "Someone is playing an instrument on the street while people walk by.",
          "Rain.",
          "The bank refused my card.",
          "It rained the whole day in the mountains, and nobody went out.",
          "Café",
          "Two dogs run.",
          "A dog is running across the field.");

  private static Dataset<Row> rows(SparkSession spark, int partitions) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < TEXTS.size(); i++) {
      rows.add(RowFactory.create((long) i, TEXTS.get(i), TEXTS.get(TEXTS.size() - 1 - i)));
    }
    return spark.createDataFrame(rows, SCHEMA).repartition(partitions);
  }

  @Test
  void embed_anyPartitions_equalsTheEncoderAndKeepsColumns(SparkSession spark) {
    float[][] expected;
    try (SentenceEncoder encoder = SentenceEncoder.load(SPEC.model(), SPEC.options("cpu"))) {
      expected = encoder.encode(TEXTS);
    }
    for (int partitions : new int[] {1, 3}) {
      Dataset<Row> embedded = TextEmbedding.embed(rows(spark, partitions), "text", "vector", SPEC);
      assertThat(embedded.columns()).containsExactly("id", "text", "other", "vector");
      List<Row> result = VectorData.sorted(embedded, "id");
      assertThat(result).hasSize(TEXTS.size());
      for (int i = 0; i < expected.length; i++) {
        assertThat(result.get(i).getString(1)).isEqualTo(TEXTS.get(i));
        assertThat(Columns.vector(result.get(i), 3, i))
            .usingComparatorWithPrecision(2e-6f)
            .containsExactly(expected[i]);
      }
    }
  }

  @Test
  void embed_severalPartitionsAndJobs_loadsTheModelOnce(SparkSession spark, @TempDir Path folder) {
    NarrowModel.save(folder.resolve("fresh"));
    EncodeSpec spec = EncodeSpec.of(folder.resolve("fresh").toString());
    long before = EncoderCache.shared().loads();
    Dataset<Row> embedded = TextEmbedding.embed(rows(spark, 4), "text", "vector", spec);
    embedded.collectAsList();
    embedded.collectAsList();
    assertThat(EncoderCache.shared().loads() - before).isEqualTo(1);
  }

  @Test
  void embed_nullText_failsOrIsKept(SparkSession spark) {
    Dataset<Row> holed =
        rows(spark, 1).selectExpr("id", "case when id = 2 then null else text end as text");
    assertThatThrownBy(() -> TextEmbedding.embed(holed, "text", "vector", SPEC).collectAsList())
        .hasStackTraceContaining("column 'text' has a null text in row [2,null]");

    Dataset<Row> kept =
        TextEmbedding.embed(holed, "text", "vector", SPEC.withNullText(NullText.KEEP));
    assertThat(kept.where("vector is null").select("id").collectAsList())
        .containsExactly(RowFactory.create(2L));
  }

  @Test
  void embed_takenOutputName_isRefused(SparkSession spark) {
    assertThatThrownBy(() -> TextEmbedding.embed(rows(spark, 1), "text", "Other", SPEC))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("output column 'Other' already exists");
  }

  @Test
  void scorePairs_anyPartitions_equalsTheCrossEncoder(SparkSession spark, @TempDir Path folder) {
    Path model = folder.resolve("cross");
    float[] expected;
    try (CrossEncoder encoder = CrossEncoder.fromEncoder(SPEC.model(), 1, 3, SPEC.options("cpu"))) {
      encoder.save(model, "# test");
      expected =
          encoder.scores(
              rows(spark, 1).orderBy("id").collectAsList().stream()
                  .map(
                      row ->
                          new io.silverspark.model.data.TextPair(
                              row.getString(1), row.getString(2)))
                  .toList());
    }
    EncodeSpec spec =
        EncodeSpec.of(model.toString()).withPrecision(Precision.FP32).withBufferRows(2);
    Dataset<Row> scored = PairScoring.scorePairs(rows(spark, 3), "text", "other", "score", spec);
    List<Row> result = VectorData.sorted(scored, "id");
    for (int i = 0; i < expected.length; i++) {
      assertThat(result.get(i).getFloat(3))
          .isEqualTo(expected[i], org.assertj.core.api.Assertions.within(1e-5f));
    }
  }
}
