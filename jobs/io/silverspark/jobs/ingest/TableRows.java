package io.silverspark.jobs.ingest;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import io.silverspark.jobs.ingest.CheckedRow.State;
import io.silverspark.jobs.table.StableId;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;

/** Turns checked and numbered rows into rows of the tables. */
final class TableRows {
  private TableRows() {}

  /** The good rows of one kind, with ids that differ for repeated content. */
  static Dataset<Row> of(RowFormat format, Dataset<Row> numbered) {
    return further(format, numbered.withColumn("seen", lit(0)));
  }

  /**
   * The same where the table has rows with the same content already.
   *
   * @param numbered with column seen (int): how many the table has
   */
  static Dataset<Row> further(RowFormat format, Dataset<Row> numbered) {
    Column content = StableId.of(col("split"), col("first"), col("second"));
    Column occurrence =
        row_number().over(Window.partitionBy("content").orderBy("row")).plus(col("seen"));
    Dataset<Row> rows =
        numbered
            .where(is(State.GOOD).and(col("target").equalTo(format.table().name())))
            .withColumn("content", content)
            .withColumn("id", xxhash64(col("content"), occurrence));
    return switch (format) {
      case NLI ->
          rows.withColumnRenamed("first", "premise").withColumnRenamed("second", "hypothesis");
      case STS ->
          rows.withColumnRenamed("first", "sentence1")
              .withColumnRenamed("second", "sentence2")
              .withColumnRenamed("label", "score");
      case INTENTS -> rows.withColumnRenamed("first", "text").withColumnRenamed("label", "intent");
      case PAIRS ->
          rows.withColumnRenamed("first", "anchor").withColumnRenamed("second", "positive");
    };
  }

  /** The malformed rows. Those of a relation have no line; their content tells them apart. */
  static Dataset<Row> quarantined(Dataset<Row> numbered) {
    Column[] content = {
      col("target"), col("split"), col("source"), col("line"), col("reason"), col("raw")
    };
    Column occurrence = row_number().over(Window.partitionBy(content).orderBy("position"));
    Column ofLine = StableId.of(col("target"), col("split"), col("source"), col("line"));
    return numbered
        .where(is(State.MALFORMED))
        .withColumn("content", StableId.of(content))
        .withColumn("occurrence", occurrence)
        .withColumn(
            "id",
            when(col("line").gt(0), ofLine).otherwise(xxhash64(col("content"), col("occurrence"))))
        .drop("content", "occurrence");
  }

  private static Column is(State state) {
    return col("state").equalTo(state.name());
  }
}
