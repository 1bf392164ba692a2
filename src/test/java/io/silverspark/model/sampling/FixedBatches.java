package io.silverspark.model.sampling;

import java.util.Arrays;
import java.util.List;

/** The same given batches in every epoch, such as those of a run of the peer. */
public final class FixedBatches implements BatchSampler {
  private final List<int[]> batches;

  public FixedBatches(List<int[]> batches) {
    this.batches = batches.stream().map(int[]::clone).toList();
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
