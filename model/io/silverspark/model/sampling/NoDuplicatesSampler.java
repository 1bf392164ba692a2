package io.silverspark.model.sampling;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Random batches in which no text occurs in two examples, in whatever column: for losses that take
 * the other examples of the batch as negatives.
 *
 * <p>Walks the shuffled examples and leaves one that shares a text with the batch for the next
 * batch. Every example is used once per epoch; towards the end batches may be smaller when a few
 * texts are very frequent. A text repeated within one example is allowed.
 *
 * <p>Source: {@code NoDuplicatesBatchSampler} of sentence-transformers, with {@code drop_last} off.
 */
public final class NoDuplicatesSampler implements BatchSampler {
  private static final int END = -1;

  private final int[][] textIds;
  private final int batchSize;
  private final long seed;

  /**
   * A sampler over examples whose texts have been numbered.
   *
   * @param textIds for each example the ids of its texts; equal ids mean equal texts; not copied,
   *     must not change
   * @param batchSize examples a batch, at least 1
   * @param seed the same seed gives the same batches in every epoch
   */
  public NoDuplicatesSampler(int[][] textIds, int batchSize, long seed) {
    Permutation.checkSizes(textIds.length, batchSize);
    this.textIds = textIds;
    this.batchSize = batchSize;
    this.seed = seed;
  }

  @Override
  public List<int[]> batches(int epoch) {
    Remaining remaining =
        new Remaining(Permutation.of(textIds.length, Permutation.random(seed, epoch)));
    List<int[]> batches = new ArrayList<>();
    while (!remaining.isEmpty()) {
      batches.add(nextBatch(remaining));
    }
    return batches;
  }

  private int[] nextBatch(Remaining remaining) {
    int[] batch = new int[batchSize];
    int size = 0;
    Set<Integer> seen = new HashSet<>();
    remaining.rewind();
    while (size < batchSize && remaining.hasCurrent()) {
      int example = remaining.current();
      if (sharesText(example, seen)) {
        remaining.skip();
        continue;
      }
      for (int id : textIds[example]) {
        seen.add(id);
      }
      batch[size++] = example;
      remaining.take();
    }
    return Arrays.copyOf(batch, size);
  }

  private boolean sharesText(int example, Set<Integer> seen) {
    for (int id : textIds[example]) {
      if (seen.contains(id)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public String description() {
    return "no-duplicates examples=%d batchSize=%d seed=%d texts=%08x"
        .formatted(textIds.length, batchSize, seed, Arrays.deepHashCode(textIds));
  }

  /** The examples not yet used, as a singly linked list over the shuffled order. */
  private static final class Remaining {
    private final int[] order;
    private final int[] next;
    private int head;
    private int position;
    private int previous;

    Remaining(int[] order) {
      this.order = order;
      this.next = new int[order.length];
      Arrays.setAll(next, i -> i + 1 < order.length ? i + 1 : END);
    }

    boolean isEmpty() {
      return head == END;
    }

    void rewind() {
      position = head;
      previous = END;
    }

    boolean hasCurrent() {
      return position != END;
    }

    int current() {
      return order[position];
    }

    void skip() {
      previous = position;
      position = next[position];
    }

    void take() {
      int following = next[position];
      if (previous == END) {
        head = following;
      } else {
        next[previous] = following;
      }
      position = following;
    }
  }
}
