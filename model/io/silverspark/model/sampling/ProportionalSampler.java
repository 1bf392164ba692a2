package io.silverspark.model.sampling;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

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
    List<List<int[]>> all = sets.batches(epoch);
    int[] turns = // an entry for each batch of a set
        IntStream.range(0, all.size())
            .flatMap(set -> IntStream.generate(() -> set).limit(all.get(set).size()))
            .toArray();
    int[] order = Permutation.of(turns.length, Permutation.random(seed, epoch));
    return ConcatenatedSets.inOrder(all, Arrays.stream(order).map(turn -> turns[turn]).toArray());
  }

  @Override
  public String description() {
    return "proportional seed=%d sets=%s".formatted(seed, sets.description());
  }
}
