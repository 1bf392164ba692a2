package io.silverspark.model.training;

import java.util.ArrayList;
import java.util.List;

/** Keeps the reports of a run. */
public final class RecordedSteps implements TrainingListener {
  public final List<StepReport> steps = new ArrayList<>();
  final List<EvaluationReport> evaluations = new ArrayList<>();
  final List<Integer> checkpoints = new ArrayList<>();
  final List<Integer> resumed = new ArrayList<>();

  @Override
  public void onStep(StepReport report) {
    steps.add(report);
  }

  @Override
  public void onEvaluation(EvaluationReport report) {
    evaluations.add(report);
  }

  @Override
  public void onCheckpoint(int step) {
    checkpoints.add(step);
  }

  @Override
  public void onResume(int step, int totalSteps) {
    resumed.add(step);
  }
}
