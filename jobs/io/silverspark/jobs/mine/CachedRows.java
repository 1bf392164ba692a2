package io.silverspark.jobs.mine;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * Rows that several Spark jobs read, computed once; closing lets go of them.
 *
 * @param rows kept in memory, or on disk where memory is short
 * @param count number of rows
 */
record CachedRows(Dataset<Row> rows, long count) implements AutoCloseable {

  /** Computes the rows now. */
  static CachedRows of(Dataset<Row> rows) {
    Dataset<Row> kept = rows.persist(StorageLevel.MEMORY_AND_DISK());
    return new CachedRows(kept, kept.count());
  }

  @Override
  public void close() {
    rows.unpersist();
  }
}
