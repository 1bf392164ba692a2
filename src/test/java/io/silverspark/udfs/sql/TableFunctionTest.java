package io.silverspark.udfs.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.silverspark.NarrowModel;
import io.silverspark.PromptedModel;
import io.silverspark.SparkFixture;
import io.silverspark.model.encoder.BatchListener;
import io.silverspark.model.encoder.LongTexts;
import io.silverspark.model.encoder.Precision;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.evaluation.Similarity;
import io.silverspark.model.mining.VectorSimilarity;
import io.silverspark.model.prompt.Prompt;
import io.silverspark.udfs.SilverSparkExtensions;
import io.silverspark.udfs.UdfRegistry;
import io.silverspark.udfs.serving.EncodeSpec;
import io.silverspark.udfs.serving.NullText;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.SparkSessionExtensions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@Tag("spark")
@ExtendWith(SparkFixture.class)
class TableFunctionTest {
  private static final EncodeSpec ENCODER =
      EncodeSpec.of(NarrowModel.directory())
          .withPrecision(Precision.FP32)
          .withNullText(NullText.KEEP);

  private static void register(SparkSession spark) {
    UdfRegistry.registerSql(spark, Map.of("model", ENCODER.model(), "precision", "fp32"));
    spark
        .sql(
            "select * from values (1L, 'A dog runs.', 'A dog is running.'),"
                + " (2L, 'The market fell.', 'It rains.'), (3L, null, 'x') as t(id, text, other)")
        .repartition(2)
        .createOrReplaceTempView("docs");
  }

  @Test
  void embedTable_inSql_equalsTheEncoderAndJoins(SparkSession spark) {
    register(spark);
    List<Row> rows =
        spark
            .sql(
                "select e.id, e.other, e.vector from embed_table('docs', 'text',"
                    + " output_column => 'vector') e join docs d on e.id = d.id order by e.id")
            .collectAsList();
    assertThat(rows).extracting(row -> row.getLong(0)).containsExactly(1L, 2L, 3L);
    assertThat(rows.get(2).isNullAt(2)).isTrue();
    try (SentenceEncoder encoder = SentenceEncoder.load(ENCODER.model(), ENCODER.options("cpu"))) {
      float[] expected = encoder.encode(List.of("A dog runs."))[0];
      List<Float> found = rows.get(0).getList(2);
      for (int i = 0; i < expected.length; i++) {
        assertThat(found.get(i)).isCloseTo(expected[i], within(1e-6f));
      }
    }
  }

  @Test
  void embedTable_ofLongTexts_equalsTheEncoder(SparkSession spark) {
    register(spark);
    String text = "the train to the north left an hour ago ".repeat(40).strip();
    spark.sql("select '" + text + "' as text").createOrReplaceTempView("long");
    List<Float> found =
        spark
            .sql(
                "select embedding from embed_table('long', 'text', long_texts => 'mean',"
                    + " window_overlap => 7)")
            .first()
            .getList(0);
    try (SentenceEncoder encoder = SentenceEncoder.load(ENCODER.model(), ENCODER.options("cpu"))) {
      LongTexts rule = new LongTexts(LongTexts.Pooling.MEAN, 7);
      float[] expected = encoder.encode(List.of(text), Prompt.DEFAULT, rule, BatchListener.NONE)[0];
      assertThat(expected).isNotEqualTo(encoder.encode(List.of(text))[0]);
      for (int i = 0; i < expected.length; i++) {
        assertThat(found.get(i)).isCloseTo(expected[i], within(1e-6f));
      }
    }
  }

  @Test
  void topKTable_textsOrEmbeddings_giveTheSameNeighbours(SparkSession spark) {
    register(spark);
    spark.sql("select id, text from docs where id < 3").createOrReplaceTempView("corpus");
    spark.sql("select 7 as id, 'dogs that run' as text").createOrReplaceTempView("questions");
    spark
        .sql("select id, embedding from embed_table('corpus', 'text')")
        .createOrReplaceTempView("stored");
    List<Row> byText =
        spark.sql("select * from top_k_table('questions', 'corpus', k => 2)").collectAsList();
    List<Row> stored =
        spark.sql("select * from top_k_table('questions', 'stored', 2)").collectAsList();
    assertThat(byText).isEqualTo(stored).hasSize(2);
    assertThat(byText.get(0).getLong(0)).isEqualTo(7);
    assertThat(byText.get(0).getLong(1)).isEqualTo(1);
  }

  @Test
  void topKTable_modelThatComparesByDistance_ranksByIt(SparkSession spark, @TempDir Path folder) {
    String model = NarrowModel.save(folder.resolve("far"), Similarity.MANHATTAN).toString();
    UdfRegistry.registerSql(spark, Map.of("model", model, "precision", "fp32"));
    spark
        .sql("select * from values (1L, 'A dog runs.'), (2L, 'It rains.') as t(id, text)")
        .createOrReplaceTempView("near");
    Row row =
        spark
            .sql(
                "select k.score, ml.embed(a.text), ml.embed(b.text)"
                    + " from top_k_table('near', 'near', 2) k join near a on k.query_id = a.id"
                    + " join near b on k.corpus_id = b.id where a.id = 1 and b.id = 2")
            .first();
    double distance = 0;
    for (int i = 0; i < NarrowModel.WIDTH; i++) {
      distance += Math.abs(row.<Float>getList(1).get(i) - row.<Float>getList(2).get(i));
    }
    assertThat((double) row.getFloat(0)).isCloseTo(-distance, within(1e-4));
  }

  @Test
  void tables_behindPrompts_equalTheEncoder(SparkSession spark, @TempDir Path folder) {
    String model = PromptedModel.save(folder.resolve("prompted")).toString();
    UdfRegistry.registerSql(spark, Map.of("model", model, "layers", "0", "precision", "fp32"));
    spark
        .sql("select * from values (1L, 'b b a'), (2L, 'a a a') as t(id, text)")
        .createOrReplaceTempView("prompted");
    Row first =
        spark
            .sql(
                "select n.embedding, p.embedding, k.score"
                    + " from embed_table('prompted', 'text', prompt_name => 'query') n"
                    + " join embed_table('prompted', 'text', prompt => 'b a ') p on n.id = p.id"
                    + " join top_k_table('prompted', 'prompted', 2) k"
                    + " on n.id = k.query_id and k.corpus_id = 2 where n.id = 1")
            .first();
    try (SentenceEncoder encoder =
        SentenceEncoder.load(model, ENCODER.withLayers(0).options("cpu"))) {
      float[] query = encoder.encodeQuery(List.of("b b a"))[0];
      float[] given = encoder.encode(List.of("b b a"), Prompt.of("b a "))[0];
      for (int i = 0; i < query.length; i++) {
        assertThat(first.<Float>getList(0).get(i)).isCloseTo(query[i], within(1e-6f));
        assertThat(first.<Float>getList(1).get(i)).isCloseTo(given[i], within(1e-6f));
      }
      float[] document = encoder.encodeDocument(List.of("a a a"))[0];
      assertThat(first.getFloat(2))
          .isCloseTo(VectorSimilarity.COSINE.between(query, document), within(1e-6f));
    }
    assertThatThrownBy(
            () ->
                spark.sql(
                    "select * from embed_table('prompted', 'text', prompt => 'a', prompt_name =>"
                        + " 'query')"))
        .hasStackTraceContaining(
            "embed_table: prompt and prompt_name are both set ('a' and 'query'), but only one may"
                + " be");
  }

  @Test
  void scoreTable_equalsTheScalarFunction(SparkSession spark) {
    register(spark);
    spark.conf().set("spark.sql.catalog.ml.cross-model", NarrowModel.crossEncoder());
    for (Row row :
        spark
            .sql(
                "select score, ml.score_pair(text, other) from score_table('docs', 'text',"
                    + " 'other') where id < 3")
            .collectAsList()) {
      assertThat(row.getFloat(0)).isCloseTo(row.getFloat(1), within(1e-5f));
    }
  }

  @Test
  void wrongArguments_sayWhatIsNeededInOneLine(SparkSession spark) {
    register(spark);
    assertThatThrownBy(() -> spark.sql("select * from embed_table('docs')"))
        .hasStackTraceContaining(
            "needs embed_table(table, text_column [, output_column [, prompt_name [, prompt [,"
                + " long_texts [, window_overlap [, model]]]]]]): the argument 'text_column' is"
                + " missing");
    assertThatThrownBy(
            () -> spark.sql("select * from embed_table('docs', 'text', long_texts => 'all')"))
        .hasStackTraceContaining("long_texts is 'all', needs cut, mean or late");
    assertThatThrownBy(
            () -> spark.sql("select * from embed_table('docs', 'text', window_overlap => 3)"))
        .hasStackTraceContaining("window_overlap is read with long_texts mean or late only");
    assertThatThrownBy(() -> spark.sql("select * from embed_table('docs', txt => 'text')"))
        .hasStackTraceContaining("there is no argument 'txt'");
    assertThatThrownBy(() -> spark.sql("select * from embed_table('docs', 'id')"))
        .hasStackTraceContaining("column 'id' has type bigint, needs string");
    assertThatThrownBy(() -> spark.sql("select * from top_k_table('docs', 'docs', 0)"))
        .hasStackTraceContaining("k must be 1 or more, found 0");
    spark.sql("select text from docs").createOrReplaceTempView("no_ids");
    assertThatThrownBy(() -> spark.sql("select * from top_k_table('no_ids', 'docs', 1)"))
        .hasStackTraceContaining(
            "top_k_table: no_ids needs the columns id and embedding, or id and text; the columns"
                + " are text");
    spark.sql("select 'a' as id, text from docs").createOrReplaceTempView("text_ids");
    assertThatThrownBy(() -> spark.sql("select * from top_k_table('text_ids', 'docs', 1)"))
        .hasStackTraceContaining(
            "top_k_table: column 'id' of text_ids has type string, needs bigint");
    spark.conf().unset("spark.sql.catalog.ml.model");
    assertThatThrownBy(() -> spark.sql("select * from embed_table('docs', 'text')"))
        .hasStackTraceContaining(
            "function embed_table needs a model: set spark.sql.catalog.ml.model to");
  }

  @Test
  void extensions_injectAllTableFunctions(SparkSession spark) {
    SparkSessionExtensions extensions = new SparkSessionExtensions();
    new SilverSparkExtensions().apply(extensions);
    var functions =
        extensions.registerTableFunctions(spark.sessionState().tableFunctionRegistry().clone());
    for (TableFunction function : TableFunction.values()) {
      assertThat(
              functions.functionExists(
                  new org.apache.spark.sql.catalyst.FunctionIdentifier(
                      function.sqlName(), scala.Option.empty())))
          .isTrue();
    }
  }
}
