package io.silverspark.udfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.silverspark.NarrowModel;
import io.silverspark.SparkFixture;
import io.silverspark.model.encoder.SentenceEncoder;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.SparkSessionExtensions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("spark")
@ExtendWith(SparkFixture.class)
class TableFunctionTest {
  private static final EncodeSpec ENCODER =
      EncodeSpec.of(NarrowModel.directory()).withNullText(NullText.KEEP);

  private static void register(SparkSession spark) {
    UdfRegistry.registerSql(spark, Map.of("model", ENCODER.model()));
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
            "needs embed_table(table, text_column [, output_column]): the argument 'text_column'"
                + " is missing");
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
