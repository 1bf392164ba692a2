package io.silverspark.model.checkpoint;

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
 * @param withoutGain evaluations since the last gain
 * @param lossScale of the next step, for a model in float16
 */
public record TrainingState(
    int step,
    int epoch,
    int batch,
    OptionalDouble bestScore,
    int bestStep,
    int withoutGain,
    Optional<LossScale> lossScale) {

  /** Before the first step. */
  public static TrainingState start(Optional<LossScale> lossScale) {
    return new TrainingState(0, 0, 0, OptionalDouble.empty(), 0, 0, lossScale);
  }

  /** One step later. */
  public TrainingState afterStep(int nextEpoch, int nextBatch, Optional<LossScale> nextScale) {
    return new TrainingState(
        step + 1, nextEpoch, nextBatch, bestScore, bestStep, withoutGain, nextScale);
  }

  /** The same with another scale of the loss. */
  public TrainingState withLossScale(Optional<LossScale> scale) {
    return new TrainingState(step, epoch, batch, bestScore, bestStep, withoutGain, scale);
  }

  /**
   * After an evaluation.
   *
   * @param better whether the score is the new best
   * @param gain whether it is better by enough to go on
   */
  public TrainingState evaluated(double score, boolean better, boolean gain) {
    return new TrainingState(
        step,
        epoch,
        batch,
        better ? OptionalDouble.of(score) : bestScore,
        better ? step : bestStep,
        gain ? 0 : withoutGain + 1,
        lossScale);
  }
}
