package io.silverspark.model.sampling;

import java.util.Arrays;
import java.util.List;

/**
 * The same given batches in every epoch: for tests and for replaying the run of another library.
 */
public final class FixedBatches implements BatchSampler {
  private final List<int[]> batches;

  /**
   * Takes the batches as they are.
   *
   * @param batches example indices by batch; copied
   * @throws IllegalArgumentException if a batch is empty
   */
  public FixedBatches(List<int[]> batches) {
    this.batches = batches.stream().map(int[]::clone).toList();
    if (this.batches.stream().anyMatch(batch -> batch.length == 0)) {
      throw new IllegalArgumentException("a batch is empty");
    }
  }

  @Override
  public List<int[]> batches(int epoch) {
    return batches;
  }

  @Override
  public String description() {
    int hash = 1;
    for (int[] batch : batches) {
      hash = 31 * hash + Arrays.hashCode(batch);
    }
    return "fixed batches=%d hash=%08x".formatted(batches.size(), hash);
  }
}
