package io.silverspark.udfs.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.silverspark.SparkFixture;
import io.silverspark.model.encoder.BatchListener;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.Precision;
import io.silverspark.model.encoder.SparseEncoder;
import io.silverspark.model.error.UserException;
import io.silverspark.model.evaluation.Similarity;
import io.silverspark.model.files.TinySplade;
import io.silverspark.model.mining.Neighbour;
import io.silverspark.model.mining.SparseIndex;
import io.silverspark.model.mining.TopK;
import io.silverspark.model.prompt.Prompt;
import io.silverspark.model.sparse.SparseVector;
import io.silverspark.udfs.columns.SparseEmbedding;
import io.silverspark.udfs.serving.EncodeSpec;
import io.silverspark.udfs.serving.NullText;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Columns of sparse vectors, and search in them across tasks. */
@Tag("cluster")
@ExtendWith(SparkFixture.class)
class SparseSearchTest {
  private static final List<String> TEXTS =
      List.of(
          "a man plays the guitar",
          "who bakes bread ?",
          "it rains today",
          "somebody makes music",
          "a dog runs fast",
          "the baker sails to sea");

  @TempDir private Path directory;

  @Test
  void embed_andSearch_giveWhatOneIndexGives(SparkSession spark) {
    String model = TinySplade.write(directory.resolve("model")).toString();
    EncodeSpec spec = EncodeSpec.of(model).withPrecision(Precision.FP32).withBufferRows(2);
    Dataset<Row> rows =
        SparseEmbedding.embed(
                texts(spark, TEXTS), "text", "embedding", spec, new SparseEmbedding.Form(9, 2))
            .cache();
    List<SparseVector> vectors;
    try (SparseEncoder encoder =
        SparseEncoder.load(
            model, EncoderOptions.defaults().withPrecision(Precision.FP32).withWorkers(1))) {
      vectors = encoder.encode(TEXTS, Prompt.DEFAULT, 9, BatchListener.NONE);
      for (Row row : rows.collectAsList()) {
        SparseVector vector = vectors.get((int) row.getLong(0));
        assertThat(SparseEmbedding.vector(row, 2).indices()).isEqualTo(vector.indices());
        List<Row> tokens = row.getList(3);
        assertThat(tokens.stream().map(token -> token.getString(0)).toList())
            .isEqualTo(
                encoder.decode(vector, 2).stream()
                    .map(SparseEncoder.WeightedToken::token)
                    .toList());
      }
    }
    SparseIndex whole =
        SparseIndex.of(LongStream.range(0, TEXTS.size()).toArray(), vectors, Similarity.DOT);
    List<Row> found =
        NeighbourSearch.sparse(2, Similarity.DOT)
            .find(rows, rows.repartition(3), 3, true)
            .rows()
            .orderBy("query_id", "rank")
            .collectAsList();
    List<Long> expected = new ArrayList<>();
    for (int query = 0; query < TEXTS.size(); query++) {
      TopK best = new TopK(3);
      whole.search(vectors.get(query), true, query, best);
      best.bestFirst().stream().map(Neighbour::id).forEach(expected::add);
    }
    assertThat(found.stream().map(row -> row.getLong(1)).toList()).isEqualTo(expected);
  }

  @Test
  void embed_aNullText_isRefusedOrKept(SparkSession spark) {
    String model = TinySplade.write(directory.resolve("model")).toString();
    EncodeSpec spec = EncodeSpec.of(model).withPrecision(Precision.FP32);
    Dataset<Row> texts = texts(spark, Arrays.asList("it rains", null));
    List<Row> kept =
        SparseEmbedding.embed(
                texts,
                "text",
                "embedding",
                spec.withNullText(NullText.KEEP),
                new SparseEmbedding.Form(0, 2))
            .orderBy("id")
            .collectAsList();
    assertThat(kept.get(1).isNullAt(2)).isTrue();
    assertThat(kept.get(1).isNullAt(3)).isTrue();
    assertThat(kept.get(0).isNullAt(2)).isFalse();
    assertThatThrownBy(
            () ->
                SparseEmbedding.embed(texts, "text", "embedding", spec, SparseEmbedding.Form.WHOLE)
                    .collectAsList())
        .rootCause()
        .isInstanceOf(UserException.class)
        .hasMessageContaining("column 'text' has a null text");
  }

  @Test
  void find_denseVectors_areRefused(SparkSession spark) {
    Dataset<Row> dense = spark.sql("SELECT 1L AS id, array(0.5f) AS embedding");
    assertThatThrownBy(() -> NeighbourSearch.sparse(2, Similarity.DOT).find(dense, dense, 3, true))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("column 'embedding' has type array<float>, needs struct<indices");
  }

  private static Dataset<Row> texts(SparkSession spark, List<String> texts) {
    List<Row> rows = new ArrayList<>();
    for (String text : texts) {
      rows.add(RowFactory.create((long) rows.size(), text));
    }
    return spark.createDataFrame(rows, StructType.fromDDL("id bigint, text string")).repartition(2);
  }
}
