package io.silverspark.udfs.sql;

import io.silverspark.model.encoder.LongTexts;
import io.silverspark.model.error.UserException;
import io.silverspark.model.mining.VectorSimilarity;
import io.silverspark.model.prompt.Prompt;
import io.silverspark.udfs.columns.PairScoring;
import io.silverspark.udfs.columns.SparseEmbedding;
import io.silverspark.udfs.columns.TextEmbedding;
import io.silverspark.udfs.search.NeighbourSearch;
import io.silverspark.udfs.search.SearchOptions;
import io.silverspark.udfs.search.SemanticSearch;
import io.silverspark.udfs.search.VectorRows;
import io.silverspark.udfs.serving.EncodeSpec;
import io.silverspark.udfs.serving.NullText;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.ExpressionInfo;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.IntegralType;
import org.apache.spark.sql.types.StructType;
import scala.Function1;
import scala.collection.immutable.Seq;
import scala.runtime.AbstractFunction1;

/** The table functions; each reads a table or view of the session by its name. */
public enum TableFunction {
  /** All columns of a table and the embedding of a text column. */
  EMBED_TABLE(
      "embed_table(table, text_column [, output_column [, prompt_name [, prompt [, long_texts [,"
          + " window_overlap [, model]]]]]])",
      List.of(
          "table",
          "text_column",
          "output_column",
          "prompt_name",
          "prompt",
          "long_texts",
          "window_overlap",
          "model"),
      2) {
    @Override
    Dataset<Row> rows(SparkSession spark, TableFunctionArguments arguments) {
      FunctionModels models = models(arguments);
      EncodeSpec spec = models.encoder("embed_table");
      Prompt prompt =
          Prompt.chosen(
              arguments.given("prompt"),
              arguments.given("prompt_name"),
              spec.prompt(),
              "embed_table: prompt and prompt_name");
      Dataset<Row> table = spark.table(arguments.text("table"));
      String text = arguments.text("text_column");
      String output = arguments.text("output_column", "embedding");
      Optional<SparseEmbedding.Form> sparse = models.sparse("embed_table");
      if (sparse.isPresent() && !arguments.longTexts().equals(LongTexts.CUT)) {
        throw new UserException(
            "embed_table: long_texts is for dense vectors, and '%s' is a sparse encoder: leave it out"
                .formatted(spec.model()));
      }
      return sparse.isPresent()
          ? SparseEmbedding.embed(table, text, output, spec.withPrompt(prompt), sparse.get())
          : TextEmbedding.embed(
              table, text, output, spec.withPrompt(prompt).withLongTexts(arguments.longTexts()));
    }
  },
  /** All columns of a table and the cross-encoder's score of two text columns. */
  SCORE_TABLE(
      "score_table(table, first_column, second_column [, output_column [, model]])",
      List.of("table", "first_column", "second_column", "output_column", "model"),
      3) {
    @Override
    Dataset<Row> rows(SparkSession spark, TableFunctionArguments arguments) {
      EncodeSpec spec =
          FunctionModels.ofSession()
              .with("cross-model", arguments.given("model"))
              .crossEncoder("score_table");
      return PairScoring.scorePairs(
          spark.table(arguments.text("table")),
          arguments.text("first_column"),
          arguments.text("second_column"),
          arguments.text("output_column", "score"),
          spec);
    }
  },
  /** The k rows of a corpus nearest to each query: {@link SemanticSearch#RESULT}. */
  TOP_K_TABLE(
      "top_k_table(queries, corpus, k [, model [, similarity]])",
      List.of("queries", "corpus", "k", "model", "similarity"),
      3) {
    @Override
    Dataset<Row> rows(SparkSession spark, TableFunctionArguments arguments) {
      int k = arguments.number("k");
      if (k < 1) {
        throw new UserException("top_k_table: k must be 1 or more, found " + k);
      }
      FunctionModels models = models(arguments).with("similarity", arguments.given("similarity"));
      Dataset<Row> queries = embedded(spark, arguments.text("queries"), models, models::query);
      Dataset<Row> corpus = embedded(spark, arguments.text("corpus"), models, models::corpus);
      VectorSimilarity similarity = models.similarity();
      return corpus.schema().apply(VectorRows.EMBEDDING).dataType() instanceof StructType
          ? NeighbourSearch.sparse(SearchOptions.BLOCK_ROWS, similarity.ofModels())
              .find(queries, corpus, k, false)
              .rows()
          : SemanticSearch.search(queries, corpus, SearchOptions.nearest(k).by(similarity));
    }
  };

  private final String usage;
  private final List<String> parameters;
  private final int required;

  TableFunction(String usage, List<String> parameters, int required) {
    this.usage = usage;
    this.parameters = parameters;
    this.required = required;
  }

  /** Runs the function; Spark jobs start only for {@code top_k_table}, which packs the corpus. */
  abstract Dataset<Row> rows(SparkSession spark, TableFunctionArguments arguments);

  /** As SQL calls it. */
  public String sqlName() {
    return usage.substring(0, usage.indexOf('('));
  }

  /** What {@code DESCRIBE FUNCTION} prints. */
  public ExpressionInfo info() {
    return new ExpressionInfo(
        TableFunction.class.getName(),
        "",
        sqlName(),
        usage,
        "",
        "",
        "",
        "table_funcs",
        "",
        "",
        "java_udf");
  }

  /** Makes its plan out of the arguments. */
  public Function1<Seq<Expression>, LogicalPlan> builder() {
    return new Builder(this);
  }

  /** The sentence encoder of the argument, or that of the session. */
  private static FunctionModels models(TableFunctionArguments arguments) {
    return FunctionModels.ofSession().with("model", arguments.given("model"));
  }

  /** Rows (id, embedding) of a table that has embeddings, or texts to embed now. */
  private static Dataset<Row> embedded(
      SparkSession spark,
      String name,
      FunctionModels models,
      Function<String, EncodeSpec> encoder) {
    Dataset<Row> table = spark.table(name);
    List<String> columns = List.of(table.columns());
    if (columns.contains("id")
        && !(table.schema().apply("id").dataType() instanceof IntegralType)) {
      throw new UserException(
          "top_k_table: column 'id' of %s has type %s, needs bigint"
              .formatted(name, table.schema().apply("id").dataType().simpleString()));
    }
    if (columns.contains("id") && columns.contains(VectorRows.EMBEDDING)) {
      return table.withColumn("id", functions.col("id").cast("bigint"));
    }
    if (!columns.contains("id") || !columns.contains("text")) {
      throw new UserException(
          "top_k_table: %s needs the columns id and embedding, or id and text; the columns are %s"
              .formatted(name, String.join(", ", columns)));
    }
    EncodeSpec spec = encoder.apply("top_k_table").withNullText(NullText.FAIL);
    Dataset<Row> texts = table.select(functions.col("id").cast("bigint"), functions.col("text"));
    return models
        .sparse("top_k_table")
        .map(form -> SparseEmbedding.embed(texts, "text", VectorRows.EMBEDDING, spec, form))
        .orElseGet(() -> TextEmbedding.embed(texts, "text", VectorRows.EMBEDDING, spec))
        .localCheckpoint(true); // packed twice by the search, encoded once
  }

  private static final class Builder extends AbstractFunction1<Seq<Expression>, LogicalPlan> {
    private final TableFunction function;

    Builder(TableFunction function) {
      this.function = function;
    }

    @Override
    public LogicalPlan apply(Seq<Expression> expressions) {
      TableFunctionArguments arguments =
          TableFunctionArguments.of(
              function.usage, function.parameters, function.required, expressions);
      return function.rows(SparkSession.active(), arguments).queryExecution().analyzed();
    }
  }
}
