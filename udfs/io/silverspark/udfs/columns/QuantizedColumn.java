package io.silverspark.udfs.columns;

import io.silverspark.model.error.UserException;
import io.silverspark.model.quantization.EmbeddingPrecision;
import io.silverspark.model.quantization.EmbeddingRanges;
import io.silverspark.model.quantization.Quantizer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import scala.collection.Seq;

/** Quantises a column of embeddings. */
public final class QuantizedColumn {
  private static final int RANGE_ROWS = 1024;

  private QuantizedColumn() {}

  /**
   * The type of a column of quantised vectors.
   *
   * @param precision of the vectors
   * @return {@code array<float>} for float32, {@code array<tinyint>} for signed numbers, {@code
   *     array<smallint>} for unsigned ones, since Spark has no unsigned bytes
   */
  public static DataType type(EmbeddingPrecision precision) {
    if (precision == EmbeddingPrecision.FLOAT32) {
      return Columns.VECTOR;
    }
    return DataTypes.createArrayType(
        precision.isUnsigned() ? DataTypes.ShortType : DataTypes.ByteType, false);
  }

  /**
   * Replaces the vectors of a column by quantised ones; null stays null.
   *
   * @param rows any columns; all are kept, in order
   * @param column of type {@code array<float>}
   * @param quantizer of the vectors
   * @throws UserException if the column is missing or of another type
   */
  public static Dataset<Row> quantize(Dataset<Row> rows, String column, Quantizer quantizer) {
    String name = rows.columns()[Columns.vector(rows.schema(), column)];
    return rows.withColumn(
        name,
        functions
            .udf(new QuantizeVector(quantizer), type(quantizer.precision()))
            .apply(quoted(rows, name)));
  }

  /**
   * Smallest and largest value of each component of a column, computed on the executors; null
   * vectors do not count.
   *
   * @param rows any columns
   * @param column of type {@code array<float>}
   * @throws UserException if the column is missing or of another type, or has no vectors
   */
  public static EmbeddingRanges ranges(Dataset<Row> rows, String column) {
    String name = rows.columns()[Columns.vector(rows.schema(), column)];
    float[][] ends =
        rows.select(quoted(rows, name))
            .javaRDD()
            .filter(row -> !row.isNullAt(0))
            .mapPartitions(QuantizedColumn::ends)
            .collect()
            .toArray(float[][]::new);
    if (ends.length == 0) {
      throw new UserException("column '%s' has no vectors for ranges".formatted(column));
    }
    return EmbeddingRanges.of(ends);
  }

  /** Two vectors that have the ranges of all; none if there are none. */
  private static Iterator<float[]> ends(Iterator<Row> rows) {
    List<float[]> ends = new ArrayList<>();
    while (rows.hasNext()) {
      ends.add(Columns.floats(rows.next().getSeq(0)));
      if (ends.size() == RANGE_ROWS || !rows.hasNext()) {
        EmbeddingRanges ranges = EmbeddingRanges.of(ends.toArray(float[][]::new));
        ends = new ArrayList<>(List.of(ranges.minimum(), ranges.maximum()));
      }
    }
    return ends.iterator();
  }

  private static Column quoted(Dataset<Row> rows, String name) {
    return rows.col("`" + name.replace("`", "``") + "`");
  }

  private record QuantizeVector(Quantizer quantizer) implements UDF1<Seq<Float>, Object> {
    @Override
    public Object call(Seq<Float> vector) {
      if (vector == null) {
        return null;
      }
      byte[] bytes = quantizer.quantize(Columns.floats(vector));
      return quantizer.precision().isUnsigned() ? numbers(bytes) : bytes;
    }

    private short[] numbers(byte[] bytes) {
      short[] numbers = new short[bytes.length];
      for (int i = 0; i < bytes.length; i++) {
        numbers[i] = (short) quantizer.precision().number(bytes[i]);
      }
      return numbers;
    }
  }
}
