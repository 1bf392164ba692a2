package io.silverspark.model.training;

import io.silverspark.model.sampling.BatchSampler;
import java.util.List;

/** The batches of each optimizer step over all epochs; an epoch's last step may have fewer. */
final class StepBatches {
  private final BatchSampler sampler;
  private final int accumulation;
  private final int totalSteps;
  private int loadedEpoch = -1;
  private List<int[]> loaded;

  /**
   * The batches of one optimizer step.
   *
   * @param batches example indices by batch
   * @param nextEpoch where the next step begins
   * @param nextBatch where the next step begins
   */
  record Slice(List<int[]> batches, int nextEpoch, int nextBatch) {}

  private StepBatches(BatchSampler sampler, int accumulation, int totalSteps) {
    this.sampler = sampler;
    this.accumulation = accumulation;
    this.totalSteps = totalSteps;
  }

  static StepBatches of(BatchSampler sampler, TrainingPlan plan) {
    if (plan.maxSteps() > 0) {
      return new StepBatches(sampler, plan.accumulation(), plan.maxSteps());
    }
    int steps = 0;
    for (int epoch = 0; epoch < plan.epochs(); epoch++) {
      int batches = sampler.batches(epoch).size();
      steps = Math.addExact(steps, (batches + plan.accumulation() - 1) / plan.accumulation());
    }
    return new StepBatches(sampler, plan.accumulation(), steps);
  }

  int totalSteps() {
    return totalSteps;
  }

  Slice slice(int epoch, int batch) {
    if (loadedEpoch != epoch) {
      loaded = sampler.batches(epoch);
      loadedEpoch = epoch;
    }
    int end = Math.min(loaded.size(), batch + accumulation);
    boolean epochEnds = end == loaded.size();
    return new Slice(
        List.copyOf(loaded.subList(batch, end)),
        epochEnds ? epoch + 1 : epoch,
        epochEnds ? 0 : end);
  }
}
