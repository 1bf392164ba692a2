package io.silverspark.jobs.train;

import io.silverspark.jobs.report.TrainingCurve;
import io.silverspark.jobs.report.TrainingCurve.EvaluationPoint;
import io.silverspark.jobs.report.TrainingCurve.StepMetrics;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The steps and evaluations of a training, each once: those that are done again, since ranks were
 * lost, take the place of the first ones.
 */
final class TrainingCourse {
  private final SortedMap<Integer, Done> steps = new TreeMap<>();
  private final List<EvaluationPoint> evaluations = new ArrayList<>();

  /**
   * A step.
   *
   * @param metrics its numbers
   * @param padding share of the tokens, 0 to 1
   */
  private record Done(StepMetrics metrics, double padding) {
    /** Else it overflowed in fp16 and changed nothing. */
    boolean counts() {
      return Double.isFinite(metrics.gradientNorm());
    }
  }

  /**
   * Adds a step.
   *
   * @param paddingShare 0 to 1
   */
  void add(StepMetrics step, double paddingShare) {
    resumeAfter(step.step() - 1);
    steps.put(step.step(), new Done(step, paddingShare));
  }

  void add(EvaluationPoint evaluation) {
    evaluations.add(evaluation);
  }

  /** Forgets the steps after one. */
  void resumeAfter(int step) {
    if (!steps.isEmpty() && steps.lastKey() > step) {
      steps.tailMap(step + 1).clear();
      evaluations.removeIf(each -> each.step() > step);
    }
  }

  /**
   * For the report.
   *
   * @param title of the plot
   * @param model that was trained
   * @param seconds that it took
   */
  TrainingCurve curve(String title, String model, double seconds) {
    List<StepMetrics> counted =
        steps.values().stream().filter(Done::counts).map(Done::metrics).toList();
    return new TrainingCurve(
        title,
        model,
        "STS validation Spearman",
        counted,
        evaluations,
        counted.size() / seconds,
        steps.values().stream().mapToDouble(Done::padding).average().orElse(Double.NaN));
  }
}
