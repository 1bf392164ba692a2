package io.silverspark.model.tracking;

import io.silverspark.model.training.TrainingListener;

/**
 * Tells a {@link RunTracker} the course of a training: {@code train/loss}, {@code
 * train/learning_rate}, {@code train/grad_norm}, {@code train/examples_per_second}, {@code
 * train/epoch}, with several ranks where the time of a step went, and the score of each evaluation.
 * The tracker stays the caller's.
 */
public final class TrainingTracker implements TrainingListener {
  private final RunTracker tracker;
  private final String scoreName;
  private int last = Integer.MAX_VALUE; // before the first step

  /**
   * A listener for one training.
   *
   * @param scoreName of the evaluation, such as {@code eval/spearman_cosine}
   */
  public TrainingTracker(RunTracker tracker, String scoreName) {
    this.tracker = tracker;
    this.scoreName = scoreName;
  }

  @Override
  public void onStep(StepReport report) {
    if (report.step() <= last) { // a killed process or a lost rank may have come further
      tracker.resumeAt(report.step());
    }
    last = report.step();
    tracker.scalar("train/loss", report.step(), report.loss());
    tracker.scalar("train/learning_rate", report.step(), report.learningRate());
    if (Double.isFinite(report.gradientNorm())) {
      tracker.scalar("train/grad_norm", report.step(), report.gradientNorm());
    }
    tracker.scalar("train/examples_per_second", report.step(), report.examplesPerSecond());
    tracker.scalar("train/epoch", report.step(), report.epoch());
    if (report.cost().waitingSeconds() + report.cost().communicationSeconds() > 0) {
      tracker.scalar("train/compute_seconds", report.step(), report.cost().computeSeconds());
      tracker.scalar("train/waiting_seconds", report.step(), report.cost().waitingSeconds());
      tracker.scalar(
          "train/communication_seconds", report.step(), report.cost().communicationSeconds());
    }
  }

  @Override
  public void onEvaluation(EvaluationReport report) {
    tracker.scalar(scoreName, report.step(), report.score());
  }
}
