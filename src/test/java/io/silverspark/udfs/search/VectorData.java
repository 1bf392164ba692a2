package io.silverspark.udfs.search;

import io.silverspark.udfs.columns.Columns;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Random vectors as arrays and as rows. */
public final class VectorData {
  public static final StructType SCHEMA =
      new StructType().add("id", DataTypes.LongType).add("embedding", Columns.VECTOR);

  private VectorData() {}

  public static float[][] random(int rows, int width, long seed) {
    Random random = new Random(seed);
    float[][] result = new float[rows][width];
    for (float[] row : result) {
      for (int i = 0; i < width; i++) {
        row[i] = random.nextFloat() - 0.4f;
      }
    }
    return result;
  }

  /** Rows with ids 0, 1, 2, ... */
  public static Dataset<Row> rows(SparkSession spark, float[][] vectors, int partitions) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < vectors.length; i++) {
      rows.add(RowFactory.create((long) i, vectors[i]));
    }
    return spark.createDataFrame(rows, SCHEMA).repartition(partitions);
  }

  public static List<Row> sorted(Dataset<Row> rows, String... columns) {
    org.apache.spark.sql.Column[] order = new org.apache.spark.sql.Column[columns.length];
    for (int i = 0; i < columns.length; i++) {
      order[i] = rows.col(columns[i]);
    }
    return rows.orderBy(order).collectAsList();
  }
}
