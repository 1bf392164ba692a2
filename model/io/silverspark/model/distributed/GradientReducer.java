package io.silverspark.model.distributed;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Makes the gradients of all ranks equal to their mean, and lets the ranks agree on what they must
 * not decide alone. Every rank makes the same calls in the same order.
 *
 * <p>Of a large table, such as that of the word pieces, a batch touches a few rows and the rest of
 * the gradient is zero: the ranks first tell each other which rows are not, and only those travel.
 * That first exchange is short, so its duration is the time spent waiting for the slowest rank.
 */
public final class GradientReducer implements AutoCloseable {
  private final Replica replica;
  private PackedGradients packed;
  private long waitingNanos;
  private long communicationNanos;

  private GradientReducer(Replica replica) {
    this.replica = replica;
  }

  /** The reducer of a run with one rank, which leaves the gradients as they are. */
  public static GradientReducer single() {
    return over(LocalRanks.alone());
  }

  /**
   * The reducer of one of several ranks.
   *
   * @param replica connects this rank with the others; closed with the reducer
   */
  public static GradientReducer over(Replica replica) {
    return new GradientReducer(replica);
  }

  /** Number of ranks, at least 1. */
  public int ranks() {
    return replica.ranks();
  }

  /** Whether other ranks are replicas in this process. */
  public boolean sharesProcess() {
    return replica.sharesProcess();
  }

  /** This rank, from 0. */
  public int rank() {
    return replica.rank();
  }

  /**
   * Replaces each gradient in place by its mean over the ranks; returns when that is done on this
   * rank. The result is the same on every rank, bit for bit.
   *
   * @param gradients of this rank, of the same shapes in the same order on every rank; stay owned
   *     by the caller
   */
  public void reduce(List<NDArray> gradients) {
    if (ranks() == 1) {
      return;
    }
    if (packed == null || !packed.isOf(gradients)) {
      closePacked();
      packed = new PackedGradients(gradients);
    }
    List<BitSet> rows = touchedByAny(packed.touchedRows());
    long begin = System.nanoTime();
    packed.exchange(rows, replica::mean);
    communicationNanos += System.nanoTime() - begin;
  }

  private void closePacked() {
    if (packed != null) {
      packed.close();
    }
  }

  private List<BitSet> touchedByAny(List<BitSet> own) {
    List<byte[]> all =
        waiting(() -> replica.gather(Blocks.join(own.stream().map(BitSet::toByteArray).toList())));
    List<BitSet> union = own.stream().map(rows -> (BitSet) rows.clone()).toList();
    for (byte[] block : all) {
      List<byte[]> other = Blocks.split(block);
      for (int i = 0; i < union.size(); i++) {
        union.get(i).or(BitSet.valueOf(other.get(i)));
      }
    }
    return union;
  }

  /**
   * Gives every rank the rows of all, such as the embeddings of a batch.
   *
   * @param own rows of this rank; may be empty
   * @return one array per rank, in rank order
   */
  public float[][] gather(float[] own) {
    ByteBuffer block = ByteBuffer.allocate(own.length * Float.BYTES);
    block.asFloatBuffer().put(own);
    // The ranks come to this at the pace of their forward passes, so it is mostly waiting.
    List<byte[]> all = waiting(() -> replica.gather(block.array()));
    float[][] values = new float[all.size()][];
    for (int i = 0; i < values.length; i++) {
      values[i] = new float[all.get(i).length / Float.BYTES];
      ByteBuffer.wrap(all.get(i)).asFloatBuffer().get(values[i]);
    }
    return values;
  }

  /**
   * A number that rank 0 decides for all, such as an evaluation score.
   *
   * @param value of this rank; only that of rank 0 counts
   * @return the value of rank 0
   */
  public double fromFirst(double value) {
    byte[] own = ByteBuffer.allocate(Double.BYTES).putDouble(value).array();
    return ByteBuffer.wrap(waiting(() -> replica.gather(own)).get(0)).getDouble();
  }

  /**
   * Makes sure that all ranks hold the same weights.
   *
   * @param hash of this rank's weights
   * @param step optimizer steps done
   * @throws ReplicaDriftException if the ranks differ
   */
  public void requireEqual(long hash, int step) {
    byte[] own = ByteBuffer.allocate(Long.BYTES).putLong(hash).array();
    List<Long> hashes = new ArrayList<>();
    waiting(() -> replica.gather(own))
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
    if (ranks() == 1) {
      return exchange.get();
    }
    long begin = System.nanoTime();
    T result = exchange.get();
    waitingNanos += System.nanoTime() - begin;
    return result;
  }

  /**
   * Time spent in this reducer since the last call.
   *
   * @return with {@link StepCost#computeSeconds} 0
   */
  public StepCost takeCost() {
    StepCost cost = new StepCost(0, waitingNanos / 1e9, communicationNanos / 1e9);
    waitingNanos = 0;
    communicationNanos = 0;
    return cost;
  }

  /**
   * Makes the random numbers of the next forward pass depend on the seed alone, whatever the other
   * ranks do. Every rank calls it, also one that has no pass.
   *
   * @param seed of this rank's pass
   * @param manager of the model
   */
  public void seed(long seed, NDManager manager) {
    replica.seed(seed, manager);
  }

  /**
   * Runs the forward pass of {@link #seed}.
   *
   * @param manager of the model
   * @param pass without exchange
   */
  public <T> T forward(NDManager manager, Supplier<T> pass) {
    return replica.forward(manager, pass);
  }

  @Override
  public void close() {
    closePacked();
    replica.close();
  }
}
