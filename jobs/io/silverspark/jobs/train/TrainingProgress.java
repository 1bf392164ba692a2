package io.silverspark.jobs.train;

import io.silverspark.jobs.report.EvaluationPoint;
import io.silverspark.jobs.report.TrainingCurve;
import io.silverspark.jobs.report.TrainingStep;
import io.silverspark.jobs.run.Console;
import io.silverspark.jobs.run.Progress;
import io.silverspark.model.training.TrainingListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Shows the course of a training on the console and keeps it for the report. */
final class TrainingProgress implements TrainingListener, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TrainingProgress.class);
  private static final int LOG_EVERY = 50;

  private final Console console;
  private final String stage;
  private final List<TrainingStep> steps = new ArrayList<>();
  private final List<EvaluationPoint> evaluations = new ArrayList<>();
  private final long started = System.nanoTime();
  private Progress progress;
  private double paddingSum;
  private final StepCosts costs = new StepCosts();

  TrainingProgress(Console console, String stage) {
    this.console = console;
    this.stage = stage;
  }

  @Override
  public void onStep(StepReport report) {
    if (progress == null) {
      progress = console.progress(stage, report.totalSteps() - report.step() + 1L);
    }
    costs.add(report.cost());
    progress.note(costs.text());
    progress.advance(1);
    paddingSum += report.paddingShare();
    steps.add(
        new TrainingStep(
            report.step(), report.loss(), report.learningRate(), report.gradientNorm()));
    if (report.step() % LOG_EVERY == 0) {
      LOG.info(
          "stage={} step={} loss={} lr={} gradNorm={} pairsPerSec={} padding={} computeSec={} waitingSec={} communicationSec={}",
          stage,
          report.step(),
          report.loss(),
          report.learningRate(),
          report.gradientNorm(),
          report.examplesPerSecond(),
          report.paddingShare(),
          report.cost().computeSeconds(),
          report.cost().waitingSeconds(),
          report.cost().communicationSeconds());
    }
  }

  @Override
  public void onEvaluation(EvaluationReport report) {
    evaluations.add(new EvaluationPoint(report.step(), report.score()));
    LOG.info("stage={} step={} score={}", stage, report.step(), report.score());
  }

  @Override
  public void onResume(int step, int totalSteps) {
    console.tell(
        "%s: goes on from the checkpoint of step %d of %d".formatted(stage, step, totalSteps));
  }

  /** Where the time of the steps went; empty for a run with one rank. */
  Map<String, Object> costs() {
    return costs.facts();
  }

  /** The course of the steps of this process; those before a resumed checkpoint are not in it. */
  TrainingCurve curve(String title, String model) {
    double seconds = (System.nanoTime() - started) / 1e9;
    double padding = steps.isEmpty() ? Double.NaN : paddingSum / steps.size();
    return new TrainingCurve(
        title,
        model,
        "STS validation Spearman",
        steps,
        evaluations,
        steps.size() / seconds,
        padding);
  }

  @Override
  public void close() {
    if (progress != null) {
      progress.close();
    }
  }
}
