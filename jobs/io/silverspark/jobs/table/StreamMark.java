package io.silverspark.jobs.table;

import io.silverspark.model.error.UserException;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/**
 * Says in the properties of a Delta table which stream fills it: a second stream with a progress of
 * its own would write all rows again, and a command that replaces the rows would lose its work.
 *
 * @param table that has it
 */
public record StreamMark(SparkSession spark, TableAddress table) {
  private static final String STREAM = "silverspark.stream";
  private static final String CHECKPOINT = "silverspark.checkpoint";

  /** Where the progress of the stream lies; empty if no stream fills the table. */
  public Optional<String> checkpoint() {
    return Optional.ofNullable(properties().get(CHECKPOINT));
  }

  /**
   * Marks the table, unless it has the mark.
   *
   * @param stream name of the stream
   * @param checkpoint directory of its progress
   * @throws UserException if another stream fills the table
   */
  public void claim(String stream, String checkpoint) {
    Map<String, String> properties = properties();
    String before = properties.get(STREAM);
    if (stream.equals(before)) {
      return;
    }
    if (before != null) {
      throw new UserException(
          "%s is filled by the stream with checkpoint '%s', whose progress is not in '%s': give that checkpoint, or another table"
              .formatted(table, properties.get(CHECKPOINT), checkpoint));
    }
    spark.sql(
        "ALTER TABLE %s SET TBLPROPERTIES ('%s' = '%s', '%s' = '%s')"
            .formatted(table.sql(), STREAM, stream, CHECKPOINT, checkpoint.replace("'", "\\'")));
  }

  private Map<String, String> properties() {
    return table.exists(spark)
        ? table.delta(spark).detail().select("properties").first().getJavaMap(0)
        : Map.of();
  }
}
