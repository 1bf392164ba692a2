package io.silverspark.udfs.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.silverspark.NarrowModel;
import io.silverspark.SparkFixture;
import io.silverspark.model.encoder.BatchListener;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.SparseEncoder;
import io.silverspark.model.evaluation.Similarity;
import io.silverspark.model.files.TinySplade;
import io.silverspark.model.prompt.Prompt;
import io.silverspark.model.sparse.SparseVector;
import io.silverspark.udfs.SilverSparkCatalog;
import io.silverspark.udfs.UdfRegistry;
import io.silverspark.udfs.columns.SparseEmbedding;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The SQL functions over a sparse encoder: columns of structs, compared and searched. */
@Tag("spark")
@ExtendWith(SparkFixture.class)
class SparseFunctionsTest {
  private static final List<String> TEXTS =
      List.of("a man plays the guitar", "somebody makes music", "it rains today");

  @TempDir static Path folder;
  private static String model;
  private static SparseEncoder encoder;

  private SparkSession spark;

  @BeforeAll
  static void load() {
    model = TinySplade.write(folder.resolve("splade")).toString();
    encoder = SparseEncoder.load(model, EncoderOptions.defaults().withWorkers(1));
  }

  @AfterAll
  static void close() {
    encoder.close();
  }

  @BeforeEach
  void configure(SparkSession session) {
    spark = session;
    spark.conf().set("spark.sql.catalog.ml", SilverSparkCatalog.class.getName());
    set("model", model);
    set("precision", "fp32");
    UdfRegistry.registerTableFunctions(spark);
    spark
        .sql(
            "select * from values (1L, '%s'), (2L, '%s'), (3L, '%s'), (4L, null) t(id, text)"
                .formatted(TEXTS.toArray()))
        .repartition(2)
        .createOrReplaceTempView("texts");
  }

  private void set(String key, String value) {
    spark.conf().set("spark.sql.catalog.ml." + key, value);
  }

  private static List<SparseVector> encoded(int maxActiveDims) {
    return encoder.encode(TEXTS, Prompt.DEFAULT, maxActiveDims, BatchListener.NONE);
  }

  @Test
  void embed_everyName_givesStructsOfTheEncoder() {
    for (String call :
        List.of(
            "ml.embed(text)",
            "ml.embed(text, '')",
            "ml.embed_query(text)",
            "ml.embed_document(text)")) {
      assertVectors("select id, " + call + " from texts order by id", 0);
    }
    set("max-active-dims", "3");
    assertVectors("select id, ml.embed(text) from texts order by id", 3);
    assertVectors("select id, embedding from embed_table('texts', 'text') order by id", 3);
  }

  private void assertVectors(String query, int maxActiveDims) {
    List<Row> rows = spark.sql(query).collectAsList();
    DataType type = spark.sql(query).schema().fields()[1].dataType();
    assertThat(DataType.equalsIgnoreNullability(type, SparseEmbedding.VECTOR)).isTrue();
    List<SparseVector> expected = encoded(maxActiveDims);
    for (int i = 0; i < expected.size(); i++) {
      SparseVector found = SparseEmbedding.vector(rows.get(i), 1);
      assertThat(found.indices()).as(query).isEqualTo(expected.get(i).indices());
      assertThat(found.values()).containsExactly(expected.get(i).values(), within(1e-5f));
    }
    assertThat(rows.get(3).isNullAt(1)).as("a null text").isTrue();
  }

  @Test
  void similarity_ofTextsAndOfStoredVectors_isTheModelsOrTheChosenOne() {
    List<SparseVector> vectors = encoded(0);
    String texts = "select ml.similarity('%s', '%s')".formatted(TEXTS.get(0), TEXTS.get(1));
    String stored =
        "select ml.similarity(ml.embed('%s'), ml.embed('%s')), ml.similarity(ml.embed('a'), null)"
            .formatted(TEXTS.get(0), TEXTS.get(1));

    for (Similarity similarity : Similarity.values()) {
      set("similarity", similarity.functionName());
      double expected = vectors.get(0).similarity(similarity, vectors.get(1));
      assertThat((double) spark.sql(texts).first().getFloat(0)).isCloseTo(expected, within(1e-4));
      Row row = spark.sql(stored).first();
      assertThat((double) row.getFloat(0)).isCloseTo(expected, within(1e-4));
      assertThat(row.isNullAt(1)).isTrue();
    }
    set("similarity", "");
    assertThat((double) spark.sql(texts).first().getFloat(0))
        .isCloseTo(vectors.get(0).similarity(Similarity.DOT, vectors.get(1)), within(1e-4));
  }

  @Test
  void topKTable_ofTextsAndOfStoredVectors_isTheExactOrder() {
    spark.sql("select * from texts where text is not null").createOrReplaceTempView("docs");
    spark
        .sql("select id, ml.embed(text) embedding from docs where id <= 2")
        .createOrReplaceTempView("stored");
    List<SparseVector> vectors = encoded(0);

    for (String queries : List.of("docs", "stored")) {
      List<Row> rows =
          spark
              .sql(
                  "select query_id, corpus_id, score, rank from top_k_table('%s', 'docs', 2) order by query_id, rank"
                      .formatted(queries))
              .collectAsList();
      for (Row row : rows) {
        SparseVector query = vectors.get((int) row.getLong(0) - 1);
        double score = query.similarity(Similarity.DOT, vectors.get((int) row.getLong(1) - 1));
        assertThat((double) row.getFloat(2)).isCloseTo(score, within(1e-4));
        long better =
            vectors.stream()
                .filter(other -> query.similarity(Similarity.DOT, other) > score + 1e-5)
                .count();
        assertThat(row.getInt(3)).isEqualTo((int) better + 1);
      }
      assertThat(rows).hasSize(queries.equals("docs") ? 6 : 4);
    }
  }

  @Test
  void functions_whatSparseVectorsDoNotHave_isRefusedByName() {
    assertThatThrownBy(
            () -> spark.sql("select * from embed_table('texts', 'text', long_texts => 'mean')"))
        .hasStackTraceContaining(
            "embed_table: long_texts is for dense vectors, and '%s' is a sparse encoder: leave it out"
                .formatted(model));
    assertThatThrownBy(
            () -> spark.sql("select ml.top_k(ml.embed('a'), ml.embed(text), id, 2) from texts"))
        .hasMessageContaining("needs top_k(array<float>, array<float>, bigint, int)");
    set("model", NarrowModel.directory());
    set("max-active-dims", "3");
    assertThatThrownBy(() -> spark.sql("select ml.embed('a')").first())
        .hasStackTraceContaining(
            "spark.sql.catalog.ml.max-active-dims = 3 is read with a sparse encoder only, and '%s'"
                    .formatted(NarrowModel.directory())
                + " is none: unset it");
  }
}
