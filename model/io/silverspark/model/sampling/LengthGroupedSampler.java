package io.silverspark.model.sampling;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Batches of examples of similar length, to save padding: shuffle, cut into runs of up to 50
 * batches, sort each run by length, cut into batches, shuffle the batches.
 *
 * <p>Nothing is dropped. In-batch negatives of similar length are harder; the batches of one epoch
 * differ from the next one's. Source: {@code group_by_length} of the Hugging Face Trainer. Differs:
 * there the batches of a run come in order of falling length; here their order is random, since a
 * falling length biases the gradient over time.
 */
public final class LengthGroupedSampler implements BatchSampler {
  private static final int RUN_BATCHES = 50;

  private final int[] lengths;
  private final int batchSize;
  private final long seed;

  /**
   * A sampler over examples of known length.
   *
   * @param lengths tokens of each example (of all its columns, or of the longest); copied
   * @param batchSize examples a batch, at least 1
   * @param seed the same seed gives the same batches in every epoch
   */
  public LengthGroupedSampler(int[] lengths, int batchSize, long seed) {
    Permutation.checkSizes(lengths.length, batchSize);
    this.lengths = lengths.clone();
    this.batchSize = batchSize;
    this.seed = seed;
  }

  @Override
  public List<int[]> batches(int epoch) {
    SplittableRandom random = Permutation.random(seed, epoch);
    int[] order = Permutation.of(lengths.length, random);
    int runBatches = Math.max(1, Math.min(RUN_BATCHES, lengths.length / (batchSize * 4)));
    List<int[]> batches = new ArrayList<>();
    for (int[] run : Permutation.cut(order, runBatches * batchSize)) {
      batches.addAll(Permutation.cut(longestFirst(run), batchSize));
    }
    int[] shuffled = Permutation.of(batches.size(), random);
    return Arrays.stream(shuffled).mapToObj(batches::get).toList();
  }

  private int[] longestFirst(int[] run) {
    List<Integer> sorted = new ArrayList<>(run.length);
    for (int example : run) {
      sorted.add(example);
    }
    Collections.sort(sorted, Comparator.comparingInt((Integer example) -> -lengths[example]));
    return sorted.stream().mapToInt(Integer::intValue).toArray();
  }

  @Override
  public String description() {
    return "length-grouped examples=%d batchSize=%d seed=%d lengths=%08x"
        .formatted(lengths.length, batchSize, seed, Arrays.hashCode(lengths));
  }
}
