package io.silverspark.model.training;

import io.silverspark.model.distributed.StepCost;

/** Hears what happens during training; called on the training thread, so it should be quick. */
public interface TrainingListener {
  /** A listener that ignores everything. */
  TrainingListener NONE = new TrainingListener() {};

  /**
   * One optimizer step is done.
   *
   * @param report its numbers
   */
  default void onStep(StepReport report) {}

  /**
   * The model was evaluated.
   *
   * @param report score and the best so far
   */
  default void onEvaluation(EvaluationReport report) {}

  /**
   * A checkpoint was written.
   *
   * @param step optimizer steps done
   */
  default void onCheckpoint(int step) {}

  /**
   * The run goes on from a checkpoint.
   *
   * @param step optimizer steps done before
   * @param totalSteps of the whole run
   */
  default void onResume(int step, int totalSteps) {}

  /**
   * Numbers of one optimizer step.
   *
   * @param step steps done, from 1
   * @param totalSteps of the whole run
   * @param epoch from 0
   * @param loss mean over the batches of the step and over all ranks, before the update
   * @param learningRate used in this step
   * @param gradientNorm global norm before clipping; not finite if the gradients of a model in fp16
   *     overflowed, which leaves the weights as they were
   * @param examplesPerSecond of this step, all ranks together
   * @param paddingShare share of the tokens through the model of this rank that were padding, 0 to
   *     1
   * @param cost where the time of the step went on this rank
   */
  record StepReport(
      int step,
      int totalSteps,
      int epoch,
      double loss,
      double learningRate,
      double gradientNorm,
      double examplesPerSecond,
      double paddingShare,
      StepCost cost) {}

  /**
   * Result of one evaluation.
   *
   * @param step steps done
   * @param score of the weights at this step; higher is better
   * @param bestScore the best so far, this one included
   * @param bestStep when it was reached
   */
  record EvaluationReport(int step, double score, double bestScore, int bestStep) {}
}
