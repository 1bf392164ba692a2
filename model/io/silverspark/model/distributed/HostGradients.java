package io.silverspark.model.distributed;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Gradients as seen by the host: on a CPU their own memory, on another device a copy that {@link
 * #unpack} writes back. Closing frees the copies.
 */
final class HostGradients implements AutoCloseable {
  /** A table with fewer rows travels whole. */
  private static final int TABLE_ROWS = 1024;

  private final List<Gradient> gradients;

  private HostGradients(List<Gradient> gradients) {
    this.gradients = gradients;
  }

  static HostGradients of(List<NDArray> arrays) {
    List<Gradient> gradients = new ArrayList<>();
    for (NDArray array : arrays) {
      gradients.add(Gradient.of(array));
    }
    return new HostGradients(gradients);
  }

  /** For each table the rows that are not zero; nothing for other gradients. */
  List<BitSet> touchedRows() {
    return gradients.stream().filter(Gradient::isTable).map(Gradient::touchedRows).toList();
  }

  /** Floats to send when of each table only these rows travel. */
  int size(List<BitSet> rows) {
    long size = 0;
    int table = 0;
    for (Gradient gradient : gradients) {
      size +=
          gradient.isTable()
              ? (long) rows.get(table++).cardinality() * gradient.width
              : gradient.values.capacity();
    }
    return Math.toIntExact(size);
  }

  void pack(List<BitSet> rows, FloatBuffer target) {
    int table = 0;
    for (Gradient gradient : gradients) {
      if (gradient.isTable()) {
        BitSet chosen = rows.get(table++);
        for (int row = chosen.nextSetBit(0); row >= 0; row = chosen.nextSetBit(row + 1)) {
          target.put(gradient.row(row));
        }
      } else {
        target.put(gradient.values.duplicate().clear());
      }
    }
  }

  /** Writes the packed values, times a factor, to where they came from. */
  void unpack(List<BitSet> rows, FloatBuffer source, float factor) {
    for (int i = source.position(); i < source.limit(); i++) {
      source.put(i, source.get(i) * factor);
    }
    int table = 0;
    for (Gradient gradient : gradients) {
      if (gradient.isTable()) {
        BitSet chosen = rows.get(table++);
        for (int row = chosen.nextSetBit(0); row >= 0; row = chosen.nextSetBit(row + 1)) {
          gradient.row(row).put(take(source, gradient.width));
        }
      } else {
        gradient.values.duplicate().clear().put(take(source, gradient.values.capacity()));
      }
      gradient.writeBack();
    }
  }

  private static FloatBuffer take(FloatBuffer source, int count) {
    FloatBuffer taken = source.slice(source.position(), count);
    source.position(source.position() + count);
    return taken;
  }

  @Override
  public void close() {
    gradients.forEach(Gradient::close);
  }

  /** One gradient: host memory seen as floats and, for the search for zeros, as pairs of floats. */
  private static final class Gradient implements AutoCloseable {
    private final NDArray array;
    private final NDArray copy;
    private final FloatBuffer values;
    private final LongBuffer pairs;
    private final int rows;
    private final int width;

    private Gradient(NDArray array, NDArray copy, ByteBuffer memory) {
      this.array = array;
      this.copy = copy;
      this.values = memory.asFloatBuffer();
      this.pairs = memory.asLongBuffer();
      long[] shape = array.getShape().getShape();
      this.rows = shape.length == 2 ? Math.toIntExact(shape[0]) : 1;
      this.width = values.capacity() / Math.max(1, rows);
    }

    static Gradient of(NDArray array) {
      NDArray copy = array.getDevice().isGpu() ? array.toDevice(ai.djl.Device.cpu(), true) : array;
      return new Gradient(array, copy, copy.toByteBuffer(true));
    }

    boolean isTable() {
      return rows >= TABLE_ROWS && width % 2 == 0;
    }

    FloatBuffer row(int row) {
      return values.slice(row * width, width);
    }

    BitSet touchedRows() {
      BitSet touched = new BitSet(rows);
      int step = width / 2;
      for (int row = 0; row < rows; row++) {
        int end = (row + 1) * step;
        for (int i = row * step; i < end; i++) {
          if (pairs.get(i) != 0) {
            touched.set(row);
            break;
          }
        }
      }
      return touched;
    }

    void writeBack() {
      if (copy == array) {
        return;
      }
      try (NDManager scope = array.getManager().newSubManager();
          NDArray alias = array.stopGradient()) {
        NDArray moved = copy.toDevice(array.getDevice(), true);
        moved.attach(scope);
        alias.set(new NDIndex(":"), moved);
      }
    }

    @Override
    public void close() {
      if (copy != array) {
        copy.close();
      }
    }
  }
}
