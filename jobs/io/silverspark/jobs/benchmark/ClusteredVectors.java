package io.silverspark.jobs.benchmark;

import java.io.Serializable;
import java.util.SplittableRandom;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Vectors that lie in clusters of about a hundred, as sentences do: a centre and noise of the same
 * size. A vector depends on the seed and its number alone, so nothing needs to be stored.
 *
 * @param width components
 */
record ClusteredVectors(int width, long seed) implements Serializable {
  private static final int CLUSTERS = 10_000;
  private static final StructType SCHEMA =
      new StructType()
          .add("id", DataTypes.LongType, false)
          .add("embedding", DataTypes.createArrayType(DataTypes.FloatType, false), false);

  /** Rows (id, embedding) with the numbers from {@code first} on. */
  Dataset<Row> rows(SparkSession spark, long first, long count) {
    return spark
        .range(first, first + count)
        .map(
            (MapFunction<Long, Row>) number -> RowFactory.create(number, vector(number)),
            Encoders.row(SCHEMA));
  }

  private float[] vector(long number) {
    SplittableRandom noise = new SplittableRandom(seed * 31 + number);
    SplittableRandom centre = new SplittableRandom(~seed + noise.nextInt(CLUSTERS));
    float[] vector = new float[width];
    for (int i = 0; i < width; i++) {
      vector[i] = (float) (centre.nextDouble() - 0.5 + noise.nextDouble() - 0.5);
    }
    return vector;
  }
}
