package io.silverspark.udfs.mining;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.silverspark.SparkFixture;
import io.silverspark.model.mining.HardNegativeMiner;
import io.silverspark.model.mining.HardNegativePolicy;
import io.silverspark.model.mining.MinedFormat;
import io.silverspark.model.mining.MiningJson;
import io.silverspark.udfs.search.NeighbourSearch;
import io.silverspark.udfs.search.VectorData;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import scala.collection.Seq;
import scala.jdk.javaapi.CollectionConverters;

/** Rows of every output format, and those of mine_hard_negatives of sentence-transformers 6.0.1. */
@Tag("spark")
@Tag("cluster")
@ExtendWith(SparkFixture.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MinedRowsTest {
  private static final long FIRST_QUERY = 1000;
  private static final StructType PAIRS =
      new StructType().add("anchor_id", DataTypes.LongType).add("positive_id", DataTypes.LongType);

  @ParameterizedTest
  @ValueSource(strings = {"limited", "with positives"})
  void as_anyFormat_givesThePeersRows(String name, SparkSession spark) throws IOException {
    JsonNode setting = read("formats").get("settings").get(name);
    HardNegativePolicy policy = MiningJson.policy(setting.get("arguments"));
    MinedRows mined = mined(spark, policy);
    setting
        .get("formats")
        .fields()
        .forEachRemaining(
            expected -> {
              boolean withScores = expected.getKey().endsWith(" with scores");
              String format = expected.getKey().replace(" with scores", "");
              Dataset<Row> rows = mined.as(format(format), policy.numNegatives(), withScores);
              assertThat(rows.columns())
                  .as(expected.getKey())
                  .containsExactlyElementsOf(texts(expected.getValue().get("columns")));
              assertThat(sorted(rows.collectAsList()))
                  .as(expected.getKey())
                  .isEqualTo(sorted(expected.getValue().get("rows")));
            });
  }

  @Test
  void as_documentsWithIds_haveThemInTheOrderOfTheTexts(SparkSession spark) throws IOException {
    Dataset<Row> documents = documents(spark, HardNegativePolicy.defaults());
    MinedRows mined = MinedRows.of(documents.selectExpr("*", "upper(document) AS id"));
    for (MinedFormat format : MinedFormat.values()) {
      Dataset<Row> rows = mined.as(format, 3, false);
      String ids = format == MinedFormat.LABELED_PAIR ? "array(id)" : "ids";
      String texts =
          switch (format) {
            case TRIPLET -> "array(positive, negative)";
            case N_TUPLE -> "array(positive, negative_1, negative_2, negative_3)";
            case LABELED_PAIR -> "array(positive)";
            case LABELED_LIST -> "positive";
          };
      assertThat(
              rows.where("upper(cast(%s AS string)) <> cast(%s AS string)".formatted(texts, ids)))
          .as(format.name())
          .satisfies(wrong -> assertThat(wrong.count()).isZero());
      assertThat(rows.count()).isPositive();
    }
  }

  @Test
  void withoutIncludedPositives_dropsThemFromTheRankingAlone(SparkSession spark)
      throws IOException {
    HardNegativePolicy policy =
        MiningJson.policy(new ObjectMapper().createObjectNode().put("include_positives", true));
    MinedRows mined = mined(spark, policy);
    String same = "positive = negative";
    assertThat(mined.as(MinedFormat.TRIPLET, 3, false).where(same).count()).isPositive();
    Dataset<Row> without = mined.withoutIncludedPositives().as(MinedFormat.TRIPLET, 3, false);
    assertThat(without.where(same).count()).isZero();
    assertThat(without.count()).isPositive();
  }

  private static MinedFormat format(String name) {
    return MinedFormat.valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  private static JsonNode read(String name) throws IOException {
    try (InputStream in =
        MiningJson.class.getResourceAsStream(
            "%s-sentence-transformers-6.0.1.json".formatted(name))) {
      return new ObjectMapper().readTree(in);
    }
  }

  private static MinedRows mined(SparkSession spark, HardNegativePolicy policy) throws IOException {
    return MinedRows.of(documents(spark, policy));
  }

  /** Corpus texts c0, c1, ... have their number as id, queries q0, q1, ... from 1,000 on. */
  private static Dataset<Row> documents(SparkSession spark, HardNegativePolicy policy)
      throws IOException {
    JsonNode given = read("mining");
    Dataset<Row> corpus = VectorData.rows(spark, MiningJson.matrix(given.get("corpus")), 2);
    Dataset<Row> queries =
        VectorData.rows(spark, MiningJson.matrix(given.get("queries")), 1)
            .selectExpr("id + " + FIRST_QUERY + " AS id", "embedding");
    List<Row> pairs = new ArrayList<>();
    for (JsonNode row : given.get("rows")) {
      pairs.add(RowFactory.create(FIRST_QUERY + row.get(0).longValue(), row.get(1).longValue()));
    }
    return DistributedHardNegativeMiner.documents(
            spark.createDataFrame(pairs, PAIRS),
            corpus.select("id"),
            queries.localCheckpoint(),
            corpus.localCheckpoint(),
            HardNegativeMiner.hard(policy),
            NeighbourSearch.exact(),
            Optional.empty())
        .selectExpr(
            "*",
            "concat('q', anchor_id - %d) AS anchor".formatted(FIRST_QUERY),
            "concat('c', document_id) AS document")
        .localCheckpoint();
  }

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(text -> texts.add(text.textValue()));
    return texts;
  }

  private static List<String> sorted(List<Row> rows) {
    return rows.stream()
        .map(row -> CollectionConverters.asJava(row.toSeq()).stream().map(MinedRowsTest::shown))
        .map(cells -> cells.toList().toString())
        .sorted()
        .toList();
  }

  private static Object shown(Object cell) {
    if (cell instanceof Seq<?> list) {
      return CollectionConverters.asJava(list).stream().map(MinedRowsTest::shown).toList();
    }
    return cell instanceof Float score
        ? String.format(Locale.ROOT, "%.4f", score)
        : String.valueOf(cell);
  }

  private static List<String> sorted(JsonNode rows) {
    List<String> shown = new ArrayList<>();
    rows.forEach(row -> shown.add(shown(row).toString()));
    shown.sort(Comparator.naturalOrder());
    return shown;
  }

  private static Object shown(JsonNode cell) {
    if (cell.isArray()) {
      List<Object> cells = new ArrayList<>();
      cell.forEach(each -> cells.add(shown(each)));
      return cells;
    }
    return cell.isFloatingPointNumber()
        ? String.format(Locale.ROOT, "%.4f", cell.doubleValue())
        : cell.asText();
  }
}
