package io.silverspark.model.distributed;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
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
    ByteBuffer outgoing(ByteBuffer values, ByteBuffer room) {
      return values.duplicate();
    }

    @Override
    void add(ByteBuffer wire, ByteBuffer values) {
      FloatBuffer sums = values.asFloatBuffer();
      FloatBuffer received = wire.asFloatBuffer();
      for (int i = 0; i < sums.capacity(); i++) {
        sums.put(i, sums.get(i) + received.get(i));
      }
    }

    @Override
    void set(ByteBuffer wire, ByteBuffer values) {
      values.duplicate().put(wire);
    }
  },
  /** Rounded to nearest, ties to even, as PyTorch rounds. */
  BF16(Short.BYTES) {
    @Override
    ByteBuffer outgoing(ByteBuffer values, ByteBuffer room) {
      IntBuffer bits = values.asIntBuffer();
      ByteBuffer wire = room.clear().limit(bits.capacity() * Short.BYTES);
      ShortBuffer rounded = wire.asShortBuffer();
      for (int i = 0; i < bits.capacity(); i++) {
        rounded.put(i, rounded(bits.get(i)));
      }
      return wire;
    }

    @Override
    void add(ByteBuffer wire, ByteBuffer values) {
      FloatBuffer sums = values.asFloatBuffer();
      ShortBuffer received = wire.asShortBuffer();
      for (int i = 0; i < sums.capacity(); i++) {
        sums.put(i, sums.get(i) + Float.intBitsToFloat(received.get(i) << Short.SIZE));
      }
    }

    @Override
    void set(ByteBuffer wire, ByteBuffer values) {
      IntBuffer bits = values.asIntBuffer();
      ShortBuffer received = wire.asShortBuffer();
      for (int i = 0; i < bits.capacity(); i++) {
        bits.put(i, received.get(i) << Short.SIZE);
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
  int bytes() {
    return bytes;
  }

  /**
   * What is sent of float32 values; all buffers are direct and in native order.
   *
   * @param values from the beginning to the capacity
   * @param room of at least as many bytes
   */
  abstract ByteBuffer outgoing(ByteBuffer values, ByteBuffer room);

  /** Adds what came to float32 values. */
  abstract void add(ByteBuffer wire, ByteBuffer values);

  /** Puts what came in the place of float32 values. */
  abstract void set(ByteBuffer wire, ByteBuffer values);

  private static short rounded(int bits) {
    boolean isNumber = (bits & Integer.MAX_VALUE) <= INFINITY_BITS;
    int up = 0x7FFF + ((bits >>> Short.SIZE) & 1);
    return isNumber ? (short) ((bits + up) >>> Short.SIZE) : NAN_BITS;
  }
}
