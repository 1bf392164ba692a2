package io.silverspark.udfs;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.row_number;

import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import scala.Tuple2;

/** Deals rows of very different cost to tasks that take about equally long. */
public final class BalancedRows {
  private static final String PLACE = "place_by_cost";

  private BalancedRows() {}

  /**
   * Deals rows in the order of their cost, dearest first, forth and back over the tasks, so that
   * all tasks get as many rows to within one, and of every size alike. The same rows are dealt the
   * same way, whatever their partitions; within a task they stand by cost, so that those of similar
   * length share a batch.
   *
   * @param rows that one task can sort, such as a chunk
   * @param cost of a row, such as its length
   * @param id column that tells rows of the same cost apart
   * @param tasks partitions of the result, at least 1
   */
  public static Dataset<Row> deal(Dataset<Row> rows, Column cost, String id, int tasks) {
    Column place =
        row_number().over(Window.partitionBy(lit(0)).orderBy(cost.desc(), col(id))).minus(1);
    Dataset<Row> placed = rows.withColumn(PLACE, place);
    int position = placed.columns().length - 1;
    JavaRDD<Row> dealt =
        placed
            .javaRDD()
            .mapToPair(row -> new Tuple2<>(task(row.getInt(position), tasks), row))
            .partitionBy(new HashPartitioner(tasks))
            .values();
    return rows.sparkSession()
        .createDataFrame(dealt, placed.schema())
        .sortWithinPartitions(PLACE)
        .drop(PLACE);
  }

  /** The hash of a number that is not negative is the number itself. */
  private static int task(int place, int tasks) {
    int offset = place % tasks;
    return place / tasks % 2 == 0 ? offset : tasks - 1 - offset;
  }
}
