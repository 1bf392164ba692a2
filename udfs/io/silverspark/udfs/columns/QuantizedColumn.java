package io.silverspark.udfs.columns;

import io.silverspark.model.quantization.EmbeddingPrecision;
import io.silverspark.model.quantization.Quantizer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import scala.collection.Seq;

/** Quantises a column of embeddings. */
public final class QuantizedColumn {
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
   * @throws io.silverspark.model.error.UserException if the column is missing or of another type
   */
  public static Dataset<Row> quantize(Dataset<Row> rows, String column, Quantizer quantizer) {
    String name = rows.columns()[Columns.vector(rows.schema(), column)];
    return rows.withColumn(
        name,
        functions
            .udf(new QuantizeVector(quantizer), type(quantizer.precision()))
            .apply(rows.col("`" + name.replace("`", "``") + "`")));
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
