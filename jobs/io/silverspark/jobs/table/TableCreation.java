package io.silverspark.jobs.table;

import java.time.Duration;
import java.time.Instant;
import java.util.ConcurrentModificationException;
import org.apache.spark.SparkThrowable;
import org.apache.spark.sql.SparkSession;

/** Makes an empty table, which another driver may be making at the same moment. */
record TableCreation(
    SparkSession spark, TableDefinition definition, TableAddress address, CommitMetadata metadata) {
  /** Delta's error where the other's directory is there and its first commit is not yet. */
  private static final String BEGUN = "DELTA_CREATE_TABLE_WITH_NON_EMPTY_LOCATION";

  private static final Duration OTHER_ENDS_WITHIN = Duration.ofSeconds(10);
  private static final long POLL_MILLIS = 100;

  /** False if another driver was first. */
  boolean create() {
    try {
      metadata.execute(spark, definition.createStatement(address.sql()));
      return true;
    } catch (Exception e) { // AnalysisException is checked, but not declared by Spark
      if (byAnother(e) && appears()) {
        return false;
      }
      throw e;
    }
  }

  private static boolean byAnother(Exception error) {
    return error instanceof ConcurrentModificationException
        || error instanceof SparkThrowable known && BEGUN.equals(known.getCondition());
  }

  private boolean appears() {
    Instant end = Instant.now().plus(OTHER_ENDS_WITHIN);
    while (!address.exists(spark)) {
      if (Instant.now().isAfter(end)) {
        return false;
      }
      try {
        Thread.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return true;
  }
}
