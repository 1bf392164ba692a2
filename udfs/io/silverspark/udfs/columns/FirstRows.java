package io.silverspark.udfs.columns;

import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** The first rows of an order, many of them too. */
public final class FirstRows {
  /** Above this Spark's own limit would gather too many rows in one task. */
  private static final int GATHERED = 200_000;

  private FirstRows() {}

  /**
   * Takes the first rows.
   *
   * @param rows read twice where many are taken, so stored
   * @param order unique, or else rows that tie may change places
   */
  public static Dataset<Row> of(Dataset<Row> rows, int count, Column... order) {
    Dataset<Row> sorted = rows.orderBy(order);
    if (count <= GATHERED) {
      return sorted.limit(count);
    }
    JavaRDD<Row> first =
        sorted.javaRDD().zipWithIndex().filter(row -> row._2() < count).map(row -> row._1());
    return rows.sparkSession().createDataFrame(first, rows.schema());
  }
}
