package io.silverspark.jobs.train;

import io.silverspark.jobs.report.TrainingCurve;
import io.silverspark.jobs.run.Console;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.run.Progress;
import io.silverspark.jobs.stage.SpeedLine;
import io.silverspark.jobs.tracking.RunTracking;
import io.silverspark.model.distributed.StepCost;
import io.silverspark.model.encoder.PassClock;
import io.silverspark.model.tracking.RunTracker;
import io.silverspark.model.tracking.TrainingTracker;
import io.silverspark.model.training.TrainingListener;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Shows the course of a training on the console and keeps it for the report. */
final class TrainingProgress implements TrainingListener, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TrainingProgress.class);
  private static final int LOG_EVERY = 50;

  private final Console console;
  private final String stage;
  private final RunTracker tracker;
  private final TrainingTracker tracking;
  private final TrainingCourse course;
  private final long started = System.nanoTime();
  private Progress progress;
  private int firstStep;
  private final StepCosts costs = new StepCosts();
  private final PassClock clock = new PassClock();

  /**
   * The course of a training that is tracked as the settings say.
   *
   * @param id fingerprint of the training
   * @param scoreName of the validation score, such as {@code spearman_cosine}
   * @param checkpoints directory of its checkpoints, where the course is kept too
   */
  TrainingProgress(
      JobContext context, String stage, String id, String scoreName, Path checkpoints) {
    this.course = new TrainingCourse(checkpoints.resolve("course.txt"));
    this.console = context.console();
    this.stage = stage;
    this.tracker = RunTracking.training(context, stage, id);
    this.tracking = new TrainingTracker(tracker, "eval/" + scoreName);
  }

  @Override
  public void onStep(StepReport report) {
    if (progress == null) {
      firstStep = report.step();
      progress = console.progress(stage, report.totalSteps() - firstStep + 1L);
    }
    costs.add(report.cost());
    double seconds = report.cost().totalSeconds();
    clock.add((int) Math.round(report.examplesPerSecond() * seconds), (long) (seconds * 1e9));
    progress.note(costs.text());
    progress.reach(report.step() - firstStep + 1L);
    tracking.onStep(report);
    course.add(
        new TrainingCurve.StepMetrics(
            report.step(), report.loss(), report.learningRate(), report.gradientNorm()),
        report.paddingShare());
    if (!Double.isFinite(report.gradientNorm())) {
      LOG.info("stage={} step={} left out: its gradients overflow in fp16", stage, report.step());
    }
    if (report.step() % LOG_EVERY == 0) {
      LOG.info(
          "stage={} step={} loss={} lr={} gradNorm={} pairsPerSec={} padding={} computeSec={}"
              + " waitingSec={} communicationSec={}",
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
    course.add(new TrainingCurve.EvaluationPoint(report.step(), report.score()));
    tracking.onEvaluation(report);
    LOG.info("stage={} step={} score={}", stage, report.step(), report.score());
  }

  @Override
  public void onCheckpoint(int step) {
    course.save();
  }

  /** The steps since the checkpoint are done again, by ranks or by a process. */
  @Override
  public void onResume(int step, int totalSteps) {
    course.resumeAfter(step);
    console.tell(
        "%s: resumes from the checkpoint of step %d of %d".formatted(stage, step, totalSteps));
  }

  /** Where the time of the steps went; empty for a run with one rank. */
  Map<String, Object> costs() {
    return costs.facts();
  }

  /**
   * Logs how fast the first thousand examples went and the rest.
   *
   * @return for the end of a note
   */
  String speed() {
    return SpeedLine.log(stage, "examples", clock.passes());
  }

  /** The course of the training, with what killed processes did before the checkpoints. */
  TrainingCurve curve(String title, String model) {
    return course.curve(title, model, (System.nanoTime() - started) / 1e9);
  }

  /**
   * What the training came to.
   *
   * @param facts of the training by name; numbers among them become final metrics
   */
  void results(Map<String, Object> facts) {
    Map<String, String> texts = new TreeMap<>();
    facts.forEach(
        (fact, value) -> {
          if (value instanceof Number number) {
            tracker.scalar("final/" + fact.replace(' ', '_'), 0, number.doubleValue());
          } else {
            texts.put(fact.replace(' ', '_'), String.valueOf(value));
          }
        });
    tracker.parameters(texts);
  }

  /** The stage has its record. A training that is closed without this call counts as failed. */
  void succeeded() {
    tracker.finish(RunTracker.Status.FINISHED);
    course.remove();
  }

  @Override
  public void close() {
    clock.close();
    course.close();
    tracker.close();
    if (progress != null) {
      progress.close();
    }
  }

  /**
   * Where the time of the steps went, as rank 0 saw it. The first step, in which everything is
   * warmed up, does not count.
   */
  private static final class StepCosts {
    private int steps = -1;
    private double compute;
    private double waiting;
    private double communication;

    void add(StepCost cost) {
      steps++;
      if (steps > 0) {
        compute += cost.computeSeconds();
        waiting += cost.waitingSeconds();
        communication += cost.communicationSeconds();
      }
    }

    /** Shares in percent; empty for a run with one rank. */
    String text() {
      double total = compute + waiting + communication;
      return waiting + communication == 0
          ? ""
          : String.format(
              Locale.ROOT,
              "compute %.0f %%, waiting %.0f %%, communication %.0f %%",
              100 * compute / total,
              100 * waiting / total,
              100 * communication / total);
    }

    /** Means in seconds a step; empty for a run with one rank. */
    Map<String, Object> facts() {
      return waiting + communication == 0
          ? Map.of()
          : Map.of(
              "compute seconds a step", rounded(compute),
              "waiting seconds a step", rounded(waiting),
              "communication seconds a step", rounded(communication));
    }

    private double rounded(double sum) {
      return Math.round(sum / steps * 1e4) / 1e4;
    }
  }
}
