package io.silverspark.model.files;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A named weight's content on the Java heap: row-major, little-endian, never changed.
 *
 * @param type element type
 * @param shape sizes of the dimensions, empty for a scalar; do not modify
 * @param data exactly the elements; each call of {@link #data()} gives its own read-only view at
 *     position 0
 */
@SuppressWarnings("ArrayRecordComponent") // equals, hashCode and toString are written out below
public record TensorData(TensorType type, long[] shape, ByteBuffer data) {
  /**
   * Checks that shape and data fit.
   *
   * @throws IllegalArgumentException if the buffer does not hold exactly the elements of the shape
   */
  public TensorData {
    shape = shape.clone();
    data = data.slice().asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    long expected = byteCount(type, shape);
    if (data.remaining() != expected) {
      throw new IllegalArgumentException(
          "%s%s needs %d bytes, found %d"
              .formatted(type, Arrays.toString(shape), expected, data.remaining()));
    }
  }

  /**
   * A float32 tensor.
   *
   * @param values row-major elements, copied
   * @param shape sizes of the dimensions
   * @return the tensor
   */
  public static TensorData ofFloats(float[] values, long... shape) {
    ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES));
    bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(values);
    return new TensorData(TensorType.F32, shape, bytes);
  }

  /**
   * The elements as floats: F16 and BF16 exactly, F64 rounded.
   *
   * @return a fresh array in row-major order
   * @throws IllegalArgumentException if the type is not one of F16, BF16, F32, F64
   */
  public float[] floats() {
    ByteBuffer bytes = data();
    float[] values = new float[Math.toIntExact(elements())];
    switch (type) {
      case F32 -> bytes.asFloatBuffer().get(values);
      case F16 -> {
        for (int i = 0; i < values.length; i++) {
          values[i] = halfToFloat(bytes.getShort());
        }
      }
      case BF16 -> {
        for (int i = 0; i < values.length; i++) {
          values[i] = Float.intBitsToFloat(bytes.getShort() << 16);
        }
      }
      case F64 -> {
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) bytes.getDouble();
        }
      }
      default ->
          throw new IllegalArgumentException(
              "a tensor of type " + type + " has no floats, expected F16, BF16, F32 or F64");
    }
    return values;
  }

  /**
   * A view of the elements, little-endian and read-only, at position 0.
   *
   * @return a new view for each call, so that threads do not share a position
   */
  @Override
  public ByteBuffer data() {
    return data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Number of elements.
   *
   * @return the product of the shape, 1 for a scalar
   */
  public long elements() {
    return data.capacity() / type.bytes();
  }

  /**
   * Bytes that a tensor takes.
   *
   * @throws IllegalArgumentException if a size is negative
   * @throws ArithmeticException if the product does not fit a long
   */
  static long byteCount(TensorType type, long[] shape) {
    long count = type.bytes();
    for (long size : shape) {
      if (size < 0) {
        throw new IllegalArgumentException("negative size in shape " + Arrays.toString(shape));
      }
      count = Math.multiplyExact(count, size);
    }
    return count;
  }

  /** IEEE 754 half to single; exact, subnormals and NaN included (Java 20 has it built in). */
  private static float halfToFloat(short half) {
    int sign = (half & 0x8000) << 16;
    int exponent = (half >>> 10) & 0x1f;
    int fraction = half & 0x3ff;
    if (exponent == 0) {
      float magnitude = fraction * 0x1p-24f;
      return sign == 0 ? magnitude : -magnitude;
    }
    int wide = exponent == 0x1f ? 0xff : exponent + 112;
    return Float.intBitsToFloat(sign | wide << 23 | fraction << 13);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TensorData that
        && type == that.type
        && Arrays.equals(shape, that.shape)
        && data.equals(that.data);
  }

  @Override
  public int hashCode() {
    return 31 * type.hashCode() + Arrays.hashCode(shape);
  }

  @Override
  public String toString() {
    return type + Arrays.toString(shape);
  }
}
