package io.silverspark.jobs.table;

import io.delta.tables.DeltaTable;
import io.silverspark.model.error.UserException;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Tables that texts come from: Parquet and Delta, and text files that executors read.
 *
 * @param pathOption what the user calls the path, for messages
 * @param columnOption what the user calls the column, for messages
 */
public record TextTable(String pathOption, String columnOption) {

  /**
   * Opens a table.
   *
   * @param path .parquet, a Delta table, .txt or .jsonl; or the name of a table
   * @param column with the texts; the name that lines of a text file get
   * @return rows with at least that column
   * @throws UserException if nothing readable is there, or it has no such column of texts
   */
  public Dataset<Row> read(SparkSession spark, String path, String column) {
    Dataset<Row> table = open(spark, path, column);
    requireTexts(table, path, column);
    if (table.isEmpty()) {
      throw new UserException(path + " is empty, expected at least one text.");
    }
    return table;
  }

  /**
   * Refuses a table without a column of texts.
   *
   * @param path of the table, for messages
   * @throws UserException if there is no such column, or it is of another type
   */
  public void requireTexts(Dataset<Row> table, String path, String column) {
    List<String> columns = Arrays.asList(table.columns());
    if (!columns.contains(column)) {
      throw new UserException(
          "%s has no column '%s'; found %s. %s names another one."
              .formatted(path, column, String.join(", ", columns), columnOption));
    }
    if (!table.schema().apply(column).dataType().equals(DataTypes.StringType)) {
      throw new UserException(
          "%s: column '%s' is of type %s, expected string."
              .formatted(path, column, table.schema().apply(column).dataType().simpleString()));
    }
  }

  private Dataset<Row> open(SparkSession spark, String path, String column) {
    try {
      if (TableAddress.isName(path)) {
        return new TableAddress(path).read(spark);
      }
      if (path.endsWith(".txt")) {
        return lines(spark, path, column);
      }
      if (path.endsWith(".jsonl")) {
        StructType schema = new StructType().add(column, DataTypes.StringType);
        return spark.read().schema(schema).option("mode", "FAILFAST").json(path);
      }
      if (path.endsWith(".parquet")) {
        return spark.read().parquet(path);
      }
      if (DeltaTable.isDeltaTable(spark, path)) {
        return spark.read().format("delta").load(path);
      }
    } catch (Exception e) {
      throw new UserException(path + " is missing or cannot be read: " + firstLine(e), e);
    }
    throw new UserException(
        "%s '%s' is missing, or neither .txt, .jsonl, .parquet nor a Delta table nor catalog:NAME.SCHEMA.TABLE."
            .formatted(pathOption, path));
  }

  private static Dataset<Row> lines(SparkSession spark, String path, String column) {
    Dataset<Row> lines =
        spark
            .read()
            .option("lineSep", "\n")
            .text(path)
            .selectExpr("regexp_replace(value, '\\\\r$', '') AS `" + column + "`");
    if (!lines.where("NOT is_valid_utf8(`" + column + "`)").isEmpty()) {
      throw new UserException(path + " is not UTF-8. Convert the file to UTF-8.");
    }
    return lines;
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
