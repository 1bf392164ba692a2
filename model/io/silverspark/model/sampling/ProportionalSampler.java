package io.silverspark.model.sampling;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * The batches of all data sets in random order: each example is used, and a data set with twice the
 * batches comes twice as often. The batches of one set keep their own order.
 *
 * <p>Source: {@code ProportionalBatchSampler} of sentence-transformers; the random numbers differ.
 */
public final class ProportionalSampler implements BatchSampler {
  private final ConcatenatedSets sets;
  private final long seed;

  /**
   * A sampler over data sets laid end to end.
   *
   * @param samplers one per data set
   * @param sizes number of examples of each
   * @param seed the same seed gives the same order in every epoch
   */
  public ProportionalSampler(List<BatchSampler> samplers, List<Integer> sizes, long seed) {
    this.sets = new ConcatenatedSets(samplers, sizes);
    this.seed = seed;
  }

  @Override
  public List<int[]> batches(int epoch) {
    List<Iterator<int[]>> turns = new ArrayList<>(); // an entry for each batch of a set
    for (List<int[]> own : sets.batches(epoch)) {
      Iterator<int[]> next = own.iterator();
      own.forEach(batch -> turns.add(next));
    }
    List<int[]> batches = new ArrayList<>();
    for (int turn : Permutation.of(turns.size(), Permutation.random(seed, epoch))) {
      batches.add(turns.get(turn).next());
    }
    return batches;
  }

  @Override
  public String description() {
    return "proportional seed=%d sets=%s".formatted(seed, sets.description());
  }
}
