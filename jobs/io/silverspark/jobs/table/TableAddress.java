package io.silverspark.jobs.table;

import io.delta.exceptions.ConcurrentTransactionException;
import io.delta.tables.DeltaTable;
import io.silverspark.model.error.UserException;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.delta.DeltaLog;
import org.apache.spark.sql.streaming.DataStreamReader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Option;

/**
 * Where a Delta table is: a directory of any file system, or a name in a catalog. Whatever takes
 * the path of a table takes {@code catalog:main.schema.table} too.
 *
 * @param text the path, or the name with {@code catalog:} before it
 */
public record TableAddress(String text) {
  private static final Logger LOG = LoggerFactory.getLogger(TableAddress.class);
  private static final String PREFIX = "catalog:";
  private static final Pattern NAME = Pattern.compile("[\\w-]+(\\.[\\w-]+){0,2}");

  /**
   * Checks a name.
   *
   * @throws UserException if a name has another form than {@code catalog.schema.table}
   */
  public TableAddress {
    if (isName(text) && !NAME.matcher(text.substring(PREFIX.length())).matches()) {
      throw new UserException(
          "'%s' is not valid: needs catalog:CATALOG.SCHEMA.TABLE, each of letters, digits, _ and -."
              .formatted(text));
    }
  }

  /** Whether a text names a table of a catalog and no path. */
  public static boolean isName(String text) {
    return text.startsWith(PREFIX);
  }

  /** The name without prefix, quoted for SQL; or {@code delta.`path`}. */
  public String sql() {
    return isName(text)
        ? Arrays.stream(text.substring(PREFIX.length()).split("\\."))
            .map(part -> "`" + part + "`")
            .collect(Collectors.joining("."))
        : "delta.`" + text.replace("`", "``") + "`";
  }

  /** Whether there is a table, for a path a Delta table. */
  public boolean exists(SparkSession spark) {
    return isName(text)
        ? spark.catalog().tableExists(sql())
        : DeltaTable.isDeltaTable(spark, text) || opens(spark);
  }

  /** Delta's quick answer may come of a cache that does not yet know of another driver's table. */
  private boolean opens(SparkSession spark) {
    try {
      return read(spark).schema().length() > 0;
    } catch (Exception e) {
      if (e instanceof AnalysisException) { // checked, but not declared by Spark
        return false;
      }
      throw e;
    }
  }

  /** The table's history and commands. */
  public DeltaTable delta(SparkSession spark) {
    return isName(text) ? DeltaTable.forName(spark, sql()) : DeltaTable.forPath(spark, text);
  }

  /** The rows now. */
  public Dataset<Row> read(SparkSession spark) {
    return isName(text) ? spark.table(sql()) : spark.read().format("delta").load(text);
  }

  /** The rows as a stream, see {@link StoredTable#readStream}. */
  public Dataset<Row> readStream(SparkSession spark, boolean skipChanges) {
    DataStreamReader reader = spark.readStream().option("skipChangeCommits", skipChanges);
    return isName(text) ? reader.table(sql()) : reader.format("delta").load(text);
  }

  /** The rows of a version. */
  public Dataset<Row> read(SparkSession spark, long version) {
    return isName(text)
        ? spark.sql("SELECT * FROM %s VERSION AS OF %d".formatted(sql(), version))
        : spark.read().format("delta").option("versionAsOf", version).load(text);
  }

  /**
   * Appends rows once: a second append of the series with a number not above the last one is
   * skipped by Delta, whatever its rows are.
   *
   * @param series name of the appends, such as the job and a hash of its inputs
   * @param number of the append, rising
   */
  public void append(DataFrameWriter<Row> rows, String series, long number) {
    try {
      save(rows.mode("append").option("txnAppId", series).option("txnVersion", number));
    } catch (ConcurrentTransactionException e) {
      // Another driver commits the same append at this moment: it is done.
      LOG.info("append {} of {} to {} was made by another driver", number, series, text);
    }
  }

  /**
   * Number of the last append of a series that the table has.
   *
   * @return empty if it has none
   */
  public OptionalLong lastAppend(SparkSession spark, String series) {
    String path =
        isName(text) ? delta(spark).detail().select("location").first().getString(0) : text;
    Option<Object> number =
        DeltaLog.forTableWithSnapshot(spark, path)._2().transactions().get(series);
    return number.isEmpty() ? OptionalLong.empty() : OptionalLong.of((Long) number.get());
  }

  /** Ends a write. */
  public void save(DataFrameWriter<Row> writer) {
    if (isName(text)) {
      writer.saveAsTable(sql());
    } else {
      writer.save(text);
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
