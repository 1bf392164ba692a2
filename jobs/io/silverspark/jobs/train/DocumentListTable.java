package io.silverspark.jobs.train;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.negate;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.sort_array;
import static org.apache.spark.sql.functions.struct;

import io.silverspark.jobs.config.CrossSettings;
import io.silverspark.jobs.gold.GoldPairs;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.table.RowChecksum;
import io.silverspark.jobs.table.TableAddress;
import io.silverspark.model.error.UserException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;

/**
 * Queries with their labelled documents: the table that {@code cross.lists} names, with the columns
 * {@code query} (text), {@code documents} (list of texts) and {@code labels} (list of numbers), or
 * what {@code mine.outputFormat = labeled-list} calls them, {@code anchor}, {@code positive} and
 * {@code labels} or {@code scores}; or the premises of the gold pairs with their hypotheses.
 *
 * @param path value of the setting
 * @param rows its rows, in an order that does not depend on how they are stored
 */
record DocumentListTable(String path, Dataset<Row> rows) {
  private static final String NEEDED =
      "query (text), documents (list of texts) and labels (list of numbers)";

  private static final String WRONG =
      "query IS NULL OR coalesce(size(documents), 0) < 1 OR labels IS NULL"
          + " OR size(documents) <> size(labels)"
          + " OR exists(documents, text -> text IS NULL) OR exists(labels, label -> label IS NULL)";

  /**
   * Opens the table of {@code cross.lists}.
   *
   * @throws UserException if nothing readable is there, or a column is missing or of another type
   */
  static DocumentListTable open(JobContext context) {
    String path = context.get(CrossSettings.LISTS);
    Dataset<Row> table = named(read(context.spark(), path));
    requireColumn(path, table, "query", DataTypes.StringType::equals);
    requireColumn(path, table, "documents", type -> isListOf(type, DataTypes.StringType::equals));
    requireColumn(path, table, "labels", type -> isListOf(type, NumericType.class::isInstance));
    Dataset<Row> rows =
        table.select(
            col("query"), col("documents"), col("labels").cast("array<float>").as("labels"));
    return new DocumentListTable(path, rows.orderBy("query", "documents"));
  }

  /** The table with the names of columns that {@code mine.output} gives labelled lists. */
  private static Dataset<Row> named(Dataset<Row> table) {
    List<String> columns = Arrays.asList(table.columns());
    boolean mined = columns.contains("anchor") && !columns.contains("query");
    return mined
        ? table
            .withColumnRenamed("anchor", "query")
            .withColumnRenamed("positive", "documents")
            .withColumnRenamed("scores", "labels")
        : table;
  }

  private static Dataset<Row> read(SparkSession spark, String path) {
    try {
      if (path.endsWith(".jsonl")) {
        return spark.read().option("mode", "FAILFAST").json(path);
      }
      if (path.endsWith(".parquet")) {
        return spark.read().parquet(path);
      }
      if (new TableAddress(path).exists(spark)) {
        return new TableAddress(path).read(spark);
      }
    } catch (UserException e) {
      throw e;
    } catch (Exception e) {
      String first = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      throw new UserException(
          "%s = '%s' cannot be read: %s".formatted(CrossSettings.LISTS, path, first), e);
    }
    throw new UserException(
        "%s = '%s' is missing, or neither .jsonl, .parquet nor a Delta table nor catalog:NAME.SCHEMA.TABLE"
            .formatted(CrossSettings.LISTS, path));
  }

  private static boolean isListOf(DataType type, Predicate<DataType> isElement) {
    return type instanceof ArrayType list && isElement.test(list.elementType());
  }

  private static void requireColumn(
      String path, Dataset<Row> table, String name, Predicate<DataType> fits) {
    List<String> columns = Arrays.asList(table.columns());
    if (!columns.contains(name)) {
      throw new UserException(
          "%s = '%s' has no column '%s', found %s; needed: %s"
              .formatted(CrossSettings.LISTS, path, name, String.join(", ", columns), NEEDED));
    }
    DataType type = table.schema().apply(name).dataType();
    if (!fits.test(type)) {
      throw new UserException(
          "%s = '%s': column '%s' is of type %s; needed: %s"
              .formatted(CrossSettings.LISTS, path, name, type.simpleString(), NEEDED));
    }
  }

  /** A short text that changes when the rows do. */
  String content() {
    return RowChecksum.of(rows.select("query", "documents", "labels")).toString();
  }

  /** Number of queries. */
  long count() {
    return rows.count();
  }

  /**
   * The lists as examples.
   *
   * @throws UserException if one has nulls, no document, or another number of labels
   */
  ExampleRows examples() {
    List<Row> wrong = rows.where(WRONG).limit(1).collectAsList();
    if (!wrong.isEmpty()) {
      throw refused(wrong.get(0));
    }
    Dataset<Row> lists =
        rows.select(
            struct(col("query"), col("documents"), col("labels")).as("position"),
            concat(array(col("query")), col("documents")).as("texts"),
            col("labels"));
    long count = count();
    return new ExampleRows(
        lists,
        count,
        () -> count,
        () -> "%s = '%s' holds no row; needed: %s".formatted(CrossSettings.LISTS, path, NEEDED));
  }

  /** What is wrong with a row. */
  private UserException refused(Row row) {
    if (row.isNullAt(0)) {
      return new UserException(
          "%s = '%s': a row has no query".formatted(CrossSettings.LISTS, path));
    }
    String query = row.getString(0);
    List<String> documents = row.isNullAt(1) ? List.of() : row.getList(1);
    List<Float> labels = row.isNullAt(2) ? List.of() : row.getList(2);
    if (documents.isEmpty() || documents.size() != labels.size()) {
      return refused(
          query,
          "%d documents and %d labels, needs one document or more and as many labels"
              .formatted(documents.size(), labels.size()));
    }
    int document = documents.indexOf(null);
    return refused(
        query,
        document >= 0 ? "null as document " + document : "null as label " + labels.indexOf(null));
  }

  private UserException refused(String query, String found) {
    return new UserException(
        "%s = '%s': the query '%s' has %s".formatted(CrossSettings.LISTS, path, query, found));
  }

  /**
   * The premises of NLI pairs with their hypotheses: 1 for the entailed ones, which come first,
   * else 0. A premise with a single hypothesis is left out.
   */
  static ExampleRows ofGold(GoldPairs gold) {
    Dataset<Row> rows =
        gold.positioned()
            .groupBy("sentence1")
            .agg(
                min("position").as("position"),
                sort_array(
                        collect_list(
                            struct(
                                negate(col("score")),
                                col("position"),
                                col("sentence2"),
                                col("score"))))
                    .as("own"))
            .where(size(col("own")).gt(1))
            .select(
                col("position"),
                concat(array(col("sentence1")), col("own").getField("sentence2")).as("texts"),
                col("own").getField("score").as("labels"));
    return new ExampleRows(
        rows,
        gold.atMost(),
        rows::count,
        () ->
            "no premise of the gold pairs has two hypotheses to compare; raise gold.rows, or give"
                + " lists of your own: cross.lists");
  }
}
