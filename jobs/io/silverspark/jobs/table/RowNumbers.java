package io.silverspark.jobs.table;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Numbers sorted rows from 0 without gathering them in one place, as a window function would. */
public final class RowNumbers {
  private RowNumbers() {}

  /**
   * Adds the position of each row.
   *
   * @param sorted by a unique order; read twice, so stored or cheap
   * @param column new, of type bigint
   */
  public static Dataset<Row> add(Dataset<Row> sorted, String column) {
    StructType schema = sorted.schema().add(column, DataTypes.LongType, false);
    return sorted
        .sparkSession()
        .createDataFrame(
            sorted.javaRDD().zipWithIndex().map(row -> numbered(row._1(), row._2())), schema);
  }

  private static Row numbered(Row row, long number) {
    Object[] values = new Object[row.size() + 1];
    for (int i = 0; i < row.size(); i++) {
      values[i] = row.get(i);
    }
    values[row.size()] = number;
    return RowFactory.create(values);
  }
}
