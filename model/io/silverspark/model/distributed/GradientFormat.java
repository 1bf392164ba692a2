package io.silverspark.model.distributed;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;

/**
 * The number format of gradients on their way between processes; sums are made in float32 whatever
 * it is.
 *
 * <p>{@link #BF16} moves half the bytes. Each partial sum is rounded when it is sent, to 8
 * significant bits, and so is the result: for W processes the error of a sum is at most {@code
 * 2^-8} times the sum of the magnitudes of its W partial sums, to first order.
 */
public enum GradientFormat {
  /** As they are. */
  FP32(Float.BYTES) {
    @Override
    void write(FloatBuffer values, ByteBuffer wire) {
      wire.asFloatBuffer().put(values.duplicate());
    }

    @Override
    void read(ByteBuffer wire, FloatBuffer values, boolean adds) {
      FloatBuffer received = wire.asFloatBuffer();
      if (!adds) {
        values.duplicate().put(received);
        return;
      }
      for (int i = 0; i < values.capacity(); i++) {
        values.put(i, values.get(i) + received.get(i));
      }
    }
  },
  /** Rounded to nearest, ties to even, as PyTorch rounds. */
  BF16(Short.BYTES) {
    @Override
    void write(FloatBuffer values, ByteBuffer wire) {
      ShortBuffer out = wire.asShortBuffer();
      for (int i = 0; i < values.capacity(); i++) {
        out.put(i, rounded(Float.floatToRawIntBits(values.get(i))));
      }
    }

    @Override
    void read(ByteBuffer wire, FloatBuffer values, boolean adds) {
      ShortBuffer received = wire.asShortBuffer();
      for (int i = 0; i < values.capacity(); i++) {
        float value = Float.intBitsToFloat(received.get(i) << Short.SIZE);
        values.put(i, adds ? values.get(i) + value : value);
      }
    }
  };

  private static final int INFINITY_BITS = 0x7F800000;
  private static final short NAN_BITS = 0x7FC0;

  private final int bytes;

  GradientFormat(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of one number on the wire. */
  public int bytes() {
    return bytes;
  }

  /** Writes all values from the beginning of the wire buffer, which is in native order. */
  abstract void write(FloatBuffer values, ByteBuffer wire);

  /** Adds what came to the values, or puts it in their place. */
  abstract void read(ByteBuffer wire, FloatBuffer values, boolean adds);

  private static short rounded(int bits) {
    boolean isNumber = (bits & Integer.MAX_VALUE) <= INFINITY_BITS;
    int up = 0x7FFF + ((bits >>> Short.SIZE) & 1);
    return isNumber ? (short) ((bits + up) >>> Short.SIZE) : NAN_BITS;
  }
}
