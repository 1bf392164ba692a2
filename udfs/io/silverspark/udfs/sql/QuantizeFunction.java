package io.silverspark.udfs.sql;

import io.silverspark.model.quantization.EmbeddingPrecision;
import io.silverspark.model.quantization.EmbeddingRanges;
import io.silverspark.model.quantization.Quantizer;
import io.silverspark.udfs.columns.QuantizedColumn;
import io.silverspark.udfs.sql.TextFunction.Argument;
import java.util.Collections;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.connector.catalog.functions.ScalarFunction;
import org.apache.spark.sql.types.DataType;

/**
 * {@code quantize_binary(embedding)}, {@code quantize_int8(embedding, minimum, maximum)} and their
 * unsigned kin: the numbers of {@link Quantizer}. A null argument gives null.
 */
public final class QuantizeFunction implements ScalarFunction<ArrayData> {
  private final EmbeddingPrecision precision;

  /** The function to a precision, not float32. */
  public QuantizeFunction(EmbeddingPrecision precision) {
    this.precision = precision;
  }

  /** Name in SQL of the function to a precision. */
  public static String name(EmbeddingPrecision precision) {
    return "quantize_" + precision.title();
  }

  /** What the function to a precision takes: an embedding, and the ranges if it needs them. */
  public static List<Argument> arguments(EmbeddingPrecision precision) {
    return Collections.nCopies(precision.needsRanges() ? 3 : 1, Argument.VECTOR);
  }

  @Override
  public ArrayData produceResult(InternalRow arguments) {
    for (int i = 0; i < arguments.numFields(); i++) {
      if (arguments.isNullAt(i)) {
        return null;
      }
    }
    byte[] bytes = quantizer(arguments).quantize(vector(arguments, 0));
    if (!precision.isUnsigned()) {
      return UnsafeArrayData.fromPrimitiveArray(bytes);
    }
    short[] numbers = new short[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      numbers[i] = (short) precision.number(bytes[i]);
    }
    return UnsafeArrayData.fromPrimitiveArray(numbers);
  }

  private Quantizer quantizer(InternalRow arguments) {
    return precision.isBinary()
        ? Quantizer.binary(precision)
        : Quantizer.bytes(
            precision, new EmbeddingRanges(vector(arguments, 1), vector(arguments, 2)));
  }

  private static float[] vector(InternalRow arguments, int position) {
    return arguments.getArray(position).toFloatArray();
  }

  @Override
  public DataType[] inputTypes() {
    return TextFunction.types(arguments(precision).toArray(Argument[]::new));
  }

  @Override
  public DataType resultType() {
    return QuantizedColumn.type(precision);
  }

  @Override
  public String name() {
    return name(precision);
  }

  @Override
  public String canonicalName() {
    return "silverspark." + name();
  }
}
