package io.silverspark.udfs.columns;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.floor;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.when;

import java.util.BitSet;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.unsafe.hash.Murmur3_x86_32;

/** Deals rows of very different cost to tasks that take about equally long. */
public final class BalancedRows {
  private static final String PLACE = "place_by_cost";
  private static final String KEY = "key_of_task";

  /** Of the hash by which Spark partitions. */
  private static final int SPARK_SEED = 42;

  private BalancedRows() {}

  /**
   * Deals rows in the order of their cost, most expensive first, in alternating directions over the
   * tasks, so that all tasks get as many rows to within one, and of every size. The same rows are
   * dealt the same way, whatever their partitions; within a task they stand by cost, so that those
   * of similar length share a batch.
   *
   * @param rows that one task can sort, such as a chunk
   * @param cost of a row, such as its length
   * @param id column that tells rows of the same cost apart
   * @param tasks partitions of the result, at least 1
   */
  public static Dataset<Row> deal(Dataset<Row> rows, Column cost, String id, int tasks) {
    Column place =
        row_number().over(Window.partitionBy(lit(0)).orderBy(cost.desc(), col(id))).minus(1);
    return rows.withColumn(PLACE, place)
        .withColumn(KEY, lit(keys(tasks)).getItem(task(col(PLACE), tasks)))
        .repartition(tasks, col(KEY))
        .sortWithinPartitions(PLACE)
        .drop(PLACE, KEY);
  }

  private static Column task(Column place, int tasks) {
    Column offset = place.mod(tasks);
    Column forth = floor(place.divide(tasks)).mod(2).equalTo(0);
    return when(forth, offset).otherwise(lit(tasks - 1).minus(offset));
  }

  /**
   * For every task a number that Spark's hash partitioning sends to it. Rows so stay in Spark's own
   * format; an RDD with a partitioner would serialize each as a Java object.
   */
  static int[] keys(int tasks) {
    int[] keys = new int[tasks];
    BitSet found = new BitSet(tasks);
    for (int key = 0; found.cardinality() < tasks; key++) {
      int task = Math.floorMod(Murmur3_x86_32.hashInt(key, SPARK_SEED), tasks);
      if (!found.get(task)) {
        found.set(task);
        keys[task] = key;
      }
    }
    return keys;
  }
}
