package io.silverspark.jobs.table;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.regexp_replace;
import static org.apache.spark.sql.functions.trim;
import static org.apache.spark.sql.functions.xxhash64;

import java.util.Arrays;
import org.apache.spark.sql.Column;

/**
 * Row ids that depend on nothing but the content: the same on every cluster, partitioning and Spark
 * version. About 3e-8 is the chance of a collision among a million rows.
 */
public final class StableId {
  private StableId() {}

  /** xxhash64 of the parts in order, as texts with whitespace runs made one space; null = empty. */
  public static Column of(Column... parts) {
    return xxhash64(Arrays.stream(parts).map(StableId::normalised).toArray(Column[]::new));
  }

  /** The text that is hashed: runs of white space are one space. */
  public static Column normalised(Column part) {
    return trim(regexp_replace(coalesce(part.cast("string"), lit("")), "\\s+", " "));
  }
}
