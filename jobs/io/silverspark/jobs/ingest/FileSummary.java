package io.silverspark.jobs.ingest;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.count_distinct;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import io.silverspark.jobs.config.DataSettings;
import io.silverspark.jobs.ingest.CheckedRow.State;
import io.silverspark.model.error.UserException;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * How many rows of one file, of one split, are good.
 *
 * @param rows rows read, good or not
 * @param positions places that they take in the file, at least as many as rows
 * @param repeated good rows with the texts of another one of these rows
 * @param firstProblem line and reason of the first malformed row, or empty
 * @param unreadable why the whole file cannot be read, or empty
 */
record FileSummary(
    String target,
    String split,
    String source,
    int file,
    long rows,
    long positions,
    long good,
    long repeated,
    long unlabelled,
    long malformed,
    String firstProblem,
    String unreadable) {

  /**
   * One summary per file that has rows, in the order of targets, splits and files; one Spark job.
   */
  static List<FileSummary> of(Dataset<Row> rows) {
    return rows
        .groupBy("target", "split", "source", "file")
        .agg(
            count(lit(1)),
            coalesce(max("position").plus(1), count(lit(1))),
            number(State.GOOD),
            count_distinct(when(is(State.GOOD), xxhash64(col("first"), col("second")))),
            number(State.UNLABELLED),
            number(State.MALFORMED),
            first(State.MALFORMED),
            first(State.UNREADABLE))
        .orderBy("target", "split", "file")
        .collectAsList()
        .stream()
        .map(FileSummary::from)
        .toList();
  }

  /**
   * Refuses what is not fit to be written.
   *
   * @throws UserException if the file cannot be read, has no good row or too many malformed ones
   */
  void check(double maxBadShare) {
    if (!unreadable.isEmpty()) {
      throw new UserException("%s: %s. Nothing was written.".formatted(source, unreadable));
    }
    if (malformed > maxBadShare * rows) {
      throw new UserException(
          String.format(
              Locale.ROOT,
              "%s: %,d of %,d rows are malformed, more than %s = %s allows (%s)."
                  + " Nothing was written.",
              source,
              malformed,
              rows,
              DataSettings.MAX_BAD_SHARE,
              maxBadShare,
              firstProblem));
    }
    if (good == 0) {
      throw new UserException(
          String.format(
              Locale.ROOT,
              "%s: none of %,d rows can be used: %,d without gold label, %,d malformed%s."
                  + " Nothing was written.",
              source,
              rows,
              unlabelled,
              malformed,
              firstProblem.isEmpty() ? "" : " (" + firstProblem + ")"));
    }
  }

  private static FileSummary from(Row row) {
    return new FileSummary(
        row.getString(0),
        row.getString(1),
        row.getString(2),
        row.getInt(3),
        row.getLong(4),
        row.getLong(5),
        row.getLong(6),
        row.getLong(6) - row.getLong(7),
        row.getLong(8),
        row.getLong(9),
        row.isNullAt(10) ? "" : told(row.getStruct(10)),
        row.isNullAt(11) ? "" : row.getStruct(11).getString(1));
  }

  /** Rows of a relation have no lines. */
  private static String told(Row first) {
    return first.getLong(0) == 0
        ? "such as: " + first.getString(1)
        : "first at line %d: %s".formatted(first.getLong(0), first.getString(1));
  }

  private static Column number(State state) {
    return sum(when(is(state), 1L).otherwise(0L));
  }

  private static Column first(State state) {
    return min(when(is(state), struct(col("line"), col("reason"))));
  }

  private static Column is(State state) {
    return col("state").equalTo(state.name());
  }
}
