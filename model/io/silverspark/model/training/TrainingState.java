package io.silverspark.model.training;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Where a run stands, besides its tensors.
 *
 * @param step optimizer steps done
 * @param epoch epoch of the next batch, from 0
 * @param batch index of the next batch in its epoch
 * @param bestScore highest evaluation score so far
 * @param bestStep step of the best score, 0 if there is none
 * @param withoutGain evaluations since the best score
 * @param lossScale of the next step, for a model in float16
 */
record TrainingState(
    int step,
    int epoch,
    int batch,
    OptionalDouble bestScore,
    int bestStep,
    int withoutGain,
    Optional<LossScale> lossScale) {

  static TrainingState start(Optional<LossScale> lossScale) {
    return new TrainingState(0, 0, 0, OptionalDouble.empty(), 0, 0, lossScale);
  }

  TrainingState afterStep(int nextEpoch, int nextBatch, Optional<LossScale> nextScale) {
    return new TrainingState(
        step + 1, nextEpoch, nextBatch, bestScore, bestStep, withoutGain, nextScale);
  }

  TrainingState evaluated(double score, StopRule rule) {
    return rule.isGain(score, bestScore)
        ? new TrainingState(step, epoch, batch, OptionalDouble.of(score), step, 0, lossScale)
        : new TrainingState(step, epoch, batch, bestScore, bestStep, withoutGain + 1, lossScale);
  }
}
