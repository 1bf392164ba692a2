package io.silverspark.jobs.run;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.execution.LogicalRDD;
import org.apache.spark.storage.StorageLevel;

/**
 * Rows that were computed once: who checks them and who writes them see the same values. They do
 * not depend on what they were computed from: another thread that clears Spark's cache cannot make
 * Spark compute them again, and rows lost with an executor make a job fail instead of being
 * computed again, unchecked ({@link #areLost}). Closing lets go of them.
 *
 * @param rows in memory of the executors, or on their disks where memory is short
 */
public record ComputedRows(Dataset<Row> rows) implements AutoCloseable {
  private static final String LOST = "CHECKPOINT_RDD_BLOCK_ID_NOT_FOUND";

  /** Computes the rows now. */
  public static ComputedRows of(Dataset<Row> rows) {
    return new ComputedRows(rows.localCheckpoint(true, StorageLevel.MEMORY_AND_DISK()));
  }

  /** Whether an action failed because an executor took rows with it. */
  public static boolean areLost(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (String.valueOf(cause.getMessage()).contains(LOST)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void close() {
    var plan = ((org.apache.spark.sql.classic.Dataset<Row>) rows).queryExecution().logical();
    if (plan instanceof LogicalRDD kept) {
      kept.rdd().unpersist(false);
    }
  }
}
