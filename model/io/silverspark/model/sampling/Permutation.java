package io.silverspark.model.sampling;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Seeded shuffles and the cutting of an order into batches. */
final class Permutation {
  private Permutation() {}

  /** The generator of an epoch; neighbouring seeds and epochs give unrelated sequences. */
  static SplittableRandom random(long seed, int epoch) {
    return new SplittableRandom(seed * 0x9E3779B97F4A7C15L + epoch).split();
  }

  /** The numbers 0 to size - 1 in random order. */
  static int[] of(int size, SplittableRandom random) {
    int[] order = new int[size];
    Arrays.setAll(order, i -> i);
    for (int i = size - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swap = order[i];
      order[i] = order[j];
      order[j] = swap;
    }
    return order;
  }

  /** Consecutive batches; the last may be smaller. */
  static List<int[]> cut(int[] order, int batchSize) {
    List<int[]> batches = new ArrayList<>((order.length + batchSize - 1) / batchSize);
    for (int start = 0; start < order.length; start += batchSize) {
      batches.add(Arrays.copyOfRange(order, start, Math.min(order.length, start + batchSize)));
    }
    return batches;
  }

  /** Refuses sizes below 1. */
  static void checkSizes(int examples, int batchSize) {
    if (examples < 1 || batchSize < 1) {
      throw new IllegalArgumentException(
          "examples and batch size must be 1 or more, found %d and %d"
              .formatted(examples, batchSize));
    }
  }
}
