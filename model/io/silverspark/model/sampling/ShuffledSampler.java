package io.silverspark.model.sampling;

import java.util.List;

/**
 * Every example once per epoch in random order; the last batch may be smaller, nothing is dropped.
 *
 * @param examples size of the training set, at least 1
 * @param batchSize examples a batch, at least 1
 * @param seed the same seed gives the same order in every epoch
 */
public record ShuffledSampler(int examples, int batchSize, long seed) implements BatchSampler {
  /**
   * Checks the sizes.
   *
   * @throws IllegalArgumentException if a size is below 1
   */
  public ShuffledSampler {
    Permutation.checkSizes(examples, batchSize);
  }

  @Override
  public List<int[]> batches(int epoch) {
    return Permutation.cut(Permutation.of(examples, Permutation.random(seed, epoch)), batchSize);
  }

  @Override
  public String description() {
    return "shuffled examples=%d batchSize=%d seed=%d".formatted(examples, batchSize, seed);
  }
}
