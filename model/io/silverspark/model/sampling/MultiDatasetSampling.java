package io.silverspark.model.sampling;

import java.util.List;

/** In which order the batches of several data sets are used. */
public enum MultiDatasetSampling {
  /** All batches at random, see {@link ProportionalSampler}. */
  PROPORTIONAL {
    @Override
    public BatchSampler over(List<BatchSampler> samplers, List<Integer> sizes, long seed) {
      return new ProportionalSampler(samplers, sizes, seed);
    }
  },
  /** One of each in turn, see {@link RoundRobinSampler}. */
  ROUND_ROBIN {
    @Override
    public BatchSampler over(List<BatchSampler> samplers, List<Integer> sizes, long seed) {
      return new RoundRobinSampler(samplers, sizes);
    }
  };

  /**
   * A sampler over data sets laid end to end.
   *
   * @param samplers one per data set
   * @param sizes number of examples of each
   * @param seed of the order, where it is random
   */
  public abstract BatchSampler over(List<BatchSampler> samplers, List<Integer> sizes, long seed);
}
