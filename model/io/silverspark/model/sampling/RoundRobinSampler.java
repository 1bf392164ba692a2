package io.silverspark.model.sampling;

import java.util.List;
import java.util.stream.IntStream;

/**
 * A batch of each data set in turn, until one has no more: all are learned from equally, and what
 * the larger ones have left is not used in that epoch.
 *
 * <p>Source: {@code RoundRobinBatchSampler} of sentence-transformers, whose order this is. Whole
 * rounds only, as its length says and its trainer uses.
 */
public final class RoundRobinSampler implements BatchSampler {
  private final ConcatenatedSets sets;

  /**
   * A sampler over data sets laid end to end.
   *
   * @param samplers one per data set
   * @param sizes number of examples of each
   */
  public RoundRobinSampler(List<BatchSampler> samplers, List<Integer> sizes) {
    this.sets = new ConcatenatedSets(samplers, sizes);
  }

  @Override
  public List<int[]> batches(int epoch) {
    List<List<int[]>> all = sets.batches(epoch);
    int rounds = all.stream().mapToInt(List::size).min().orElseThrow();
    return ConcatenatedSets.inOrder(
        all, IntStream.range(0, rounds * all.size()).map(turn -> turn % all.size()).toArray());
  }

  @Override
  public String description() {
    return "round-robin sets=" + sets.description();
  }
}
