package io.silverspark.model.distributed;

import ai.djl.ndarray.NDArray;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Averages gradients through a {@link Collective}.
 *
 * <p>Of a large table, such as that of the word pieces, a batch touches a few rows and the rest of
 * the gradient is zero: the ranks first tell each other which rows are not, and only those travel.
 * That first exchange is short, so its duration is the time spent waiting for the slowest rank.
 */
final class CollectiveReducer implements GradientReducer {
  private final Collective collective;
  private ByteBuffer packed = ByteBuffer.allocateDirect(0);
  private long waitingNanos;
  private long communicationNanos;

  CollectiveReducer(Collective collective) {
    this.collective = collective;
  }

  @Override
  public int ranks() {
    return collective.ranks();
  }

  @Override
  public int rank() {
    return collective.rank();
  }

  @Override
  public void reduce(List<NDArray> gradients) {
    if (ranks() == 1) {
      return;
    }
    try (HostGradients host = HostGradients.of(gradients)) {
      List<BitSet> rows = touchedByAny(host.touchedRows());
      long begin = System.nanoTime();
      FloatBuffer values = room(host.size(rows));
      host.pack(rows, values);
      collective.sum(packed);
      host.unpack(rows, values.flip(), 1f / ranks());
      communicationNanos += System.nanoTime() - begin;
    }
  }

  /** Memory for so many floats, kept for the next step; {@code packed} covers just them. */
  private FloatBuffer room(int floats) {
    int bytes = Math.multiplyExact(floats, Float.BYTES);
    if (packed.capacity() < bytes) {
      packed = ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }
    return packed.clear().limit(bytes).asFloatBuffer();
  }

  private List<BitSet> touchedByAny(List<BitSet> own) {
    List<byte[]> all = waiting(() -> collective.gather(RowSets.write(own)));
    List<BitSet> union = own.stream().map(rows -> (BitSet) rows.clone()).toList();
    for (byte[] block : all) {
      List<BitSet> other = RowSets.read(block);
      for (int i = 0; i < union.size(); i++) {
        union.get(i).or(other.get(i));
      }
    }
    return union;
  }

  /** The ranks come to this at the pace of their forward passes, so it is mostly waiting. */
  @Override
  public float[][] gather(float[] own) {
    ByteBuffer block = ByteBuffer.allocate(own.length * Float.BYTES);
    block.asFloatBuffer().put(own);
    List<byte[]> all = waiting(() -> collective.gather(block.array()));
    float[][] values = new float[all.size()][];
    for (int i = 0; i < values.length; i++) {
      values[i] = new float[all.get(i).length / Float.BYTES];
      ByteBuffer.wrap(all.get(i)).asFloatBuffer().get(values[i]);
    }
    return values;
  }

  @Override
  public double fromFirst(double value) {
    byte[] own = ByteBuffer.allocate(Double.BYTES).putDouble(value).array();
    return ByteBuffer.wrap(waiting(() -> collective.gather(own)).get(0)).getDouble();
  }

  @Override
  public void requireEqual(long hash, int step) {
    byte[] own = ByteBuffer.allocate(Long.BYTES).putLong(hash).array();
    List<Long> hashes = new ArrayList<>();
    waiting(() -> collective.gather(own))
        .forEach(block -> hashes.add(ByteBuffer.wrap(block).getLong()));
    if (hashes.stream().distinct().count() > 1) {
      throw new ReplicaDriftException(
          "the weights of the ranks have drifted apart by step %d: %s; training stops, its last checkpoint is good"
              .formatted(
                  step,
                  IntStream.range(0, hashes.size())
                      .mapToObj(rank -> "rank %d %08x".formatted(rank, hashes.get(rank)))
                      .collect(Collectors.joining(", "))));
    }
  }

  private <T> T waiting(Supplier<T> exchange) {
    long begin = System.nanoTime();
    T result = exchange.get();
    waitingNanos += System.nanoTime() - begin;
    return result;
  }

  @Override
  public StepCost takeCost() {
    StepCost cost = new StepCost(0, waitingNanos / 1e9, communicationNanos / 1e9);
    waitingNanos = 0;
    communicationNanos = 0;
    return cost;
  }

  @Override
  public void close() {
    collective.close();
  }
}
