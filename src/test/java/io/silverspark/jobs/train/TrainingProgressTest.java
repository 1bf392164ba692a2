package io.silverspark.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import io.silverspark.jobs.config.AllSettings;
import io.silverspark.jobs.report.TrainingCurve;
import io.silverspark.jobs.run.Console;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.model.distributed.StepCost;
import io.silverspark.model.error.UserException;
import io.silverspark.model.training.TrainingListener.EvaluationReport;
import io.silverspark.model.training.TrainingListener.StepReport;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingProgressTest {
  private static final String ID = "0123456789abcdef";
  private static final StepCost COST = new StepCost(0.25, 0, 0);

  @TempDir Path directory;

  @Test
  void speed_ofTheFirstThousandExamples_isToldApart() throws IOException {
    try (TrainingProgress progress =
        new TrainingProgress(context(), "train-bi-gold", ID, "spearman_dot", checkpoints())) {
      for (int step = 1; step <= 41; step++) { // 25 examples each
        progress.onStep(new StepReport(step, 41, 0, 0.75, 1e-5, 3.5, 100, 0.2, COST));
      }
      assertThat(progress.speed()).isEqualTo(", 100 examples/s after the first thousand (100/s)");
      progress.succeeded();
    }
  }

  /** As an attempt of several ranks does that begins again, from a checkpoint or from step 1. */
  @Test
  void steps_thatAreDoneAgain_takeThePlaceOfTheFirstOnes() throws IOException {
    try (TrainingProgress progress =
        new TrainingProgress(
            context("tracking.kind=mlflow"), "train-cross", ID, "spearman", checkpoints())) {
      for (int step = 1; step <= 3; step++) {
        progress.onStep(new StepReport(step, 4, 0, 9, 1e-5, 3, 100, 0.9, COST));
        progress.onEvaluation(new EvaluationReport(step, 0.1, 0.1, step));
      }
      for (int step = 1; step <= 3; step++) {
        progress.onStep(new StepReport(step, 4, 0, step, 1e-5, 2, 100, 0.2, COST));
      }
      progress.onEvaluation(new EvaluationReport(3, 0.3, 0.3, 3));
      progress.onResume(2, 4);
      progress.onStep(new StepReport(3, 4, 0, 7, 1e-5, Double.POSITIVE_INFINITY, 100, 0.6, COST));
      progress.onStep(new StepReport(4, 4, 0, 8, 1e-5, 2, 100, 0.6, COST));
      progress.onEvaluation(new EvaluationReport(4, 0.4, 0.4, 4));

      TrainingCurve curve = progress.curve("cross", "cross");
      assertThat(curve.steps())
          .extracting(TrainingCurve.StepMetrics::step, TrainingCurve.StepMetrics::loss)
          .containsExactly(tuple(1, 1.0), tuple(2, 2.0), tuple(4, 8.0));
      assertThat(curve.evaluations()).containsExactly(new TrainingCurve.EvaluationPoint(4, 0.4));
      assertThat(curve.paddingShare()).isCloseTo(0.4, within(1e-9));
      progress.succeeded();
    }
    Path metrics = run(files()).resolve("metrics");
    assertThat(Files.readString(metrics.resolve("train/loss")))
        .matches("\\d+ 1.0 1\n\\d+ 2.0 2\n\\d+ 7.0 3\n\\d+ 8.0 4\n");
    assertThat(Files.readString(metrics.resolve("eval/spearman"))).matches("\\d+ 0.4 4\n");
  }

  @Test
  void curve_ofAProcessThatGoesOn_hasTheStepsOfTheKilledOne() throws IOException {
    try (TrainingProgress killed =
        new TrainingProgress(context(), "train-cross", ID, "spearman", checkpoints())) {
      for (int step = 1; step <= 5; step++) {
        killed.onStep(new StepReport(step, 6, 0, step, 1e-5, 2, 100, 0.2, COST));
        killed.onEvaluation(new EvaluationReport(step, 0.1 * step, 0.1 * step, step));
        if (step == 2) {
          Files.createDirectories(checkpoints()); // with the first checkpoint
          killed.onCheckpoint(step);
        }
      }
    }
    Path kept = checkpoints().resolve("course.txt");
    Files.writeString(kept, "step 6 0.12", StandardOpenOption.APPEND); // cut short

    try (TrainingProgress again =
        new TrainingProgress(context(), "train-cross", ID, "spearman", checkpoints())) {
      again.onResume(4, 6);
      again.onStep(new StepReport(5, 6, 0, 50, 1e-5, 2, 100, 0.5, COST));
      again.onStep(new StepReport(6, 6, 0, 60, 1e-5, 2, 100, 0.5, COST));
    }
    try (TrainingProgress last =
        new TrainingProgress(context(), "train-cross", ID, "spearman", checkpoints())) {
      last.onResume(6, 6);
      TrainingCurve curve = last.curve("cross", "cross");
      assertThat(curve.steps())
          .extracting(TrainingCurve.StepMetrics::loss)
          .containsExactly(1.0, 2.0, 3.0, 4.0, 50.0, 60.0);
      assertThat(curve.steps()).element(2).isEqualTo(new TrainingCurve.StepMetrics(3, 3, 1e-5, 2));
      assertThat(curve.evaluations())
          .extracting(TrainingCurve.EvaluationPoint::step)
          .containsExactly(1, 2, 3, 4);
      assertThat(curve.paddingShare()).isCloseTo(0.3, within(1e-9));
      assertThat(kept).exists();
      last.succeeded();
    }
    assertThat(kept).doesNotExist();
  }

  @Test
  void curve_keptInADamagedFile_isThatOfTheProcess() throws IOException {
    Files.createDirectories(checkpoints());
    Files.writeString(checkpoints().resolve("course.txt"), "step 1 2\n");
    try (TrainingProgress progress =
        new TrainingProgress(context(), "train-cross", ID, "spearman", checkpoints())) {
      progress.onResume(1, 2);
      progress.onStep(new StepReport(2, 2, 0, 0.75, 1e-5, 2, 100, 0.2, COST));
      assertThat(progress.curve("cross", "cross").steps()).hasSize(1);
    }
  }

  private Path checkpoints() {
    return directory.resolve("checkpoints");
  }

  @Test
  void training_tracked_leavesItsCourseInBothTools() throws IOException {
    JobContext context =
        context(
            "tracking.kind=\"tensorboard, mlflow\"",
            "run.name=banking",
            "spark.conf.\"spark.hadoop.fs.s3a.secret.key\"=do-not-show");
    try (TrainingProgress progress =
        new TrainingProgress(context, "train-bi-gold", ID, "spearman_dot", checkpoints())) {
      progress.onStep(new StepReport(1, 2, 0, 0.75, 1e-5, 3.5, 100, 0.2, COST));
      progress.onStep(new StepReport(2, 2, 0, 0.5, 0, 2.5, 100, 0.2, COST));
      progress.onEvaluation(new EvaluationReport(2, 0.8125, 0.8125, 2));
      progress.results(Map.of("gold pairs", 216, "training data", "gold"));
      progress.succeeded();
    }

    List<String> files = files();
    assertThat(files)
        .anyMatch(file -> file.matches("tensorboard/banking/train-bi-gold-01234567/events.+"));
    Path run = run(files);
    assertThat(Files.readString(run.resolve("meta.yaml")))
        .contains("status: 3", "run_name: 'banking train-bi-gold'");
    assertThat(run.resolve("params/train.batchSize")).hasContent("32");
    assertThat(run.resolve("params/training_data")).hasContent("gold");
    assertThat(Files.readString(run.resolve("metrics/train/loss")))
        .containsPattern("\\d+ 0.75 1\n\\d+ 0.5 2\n");
    assertThat(Files.readString(run.resolve("metrics/train/grad_norm"))).contains(" 2.5 2");
    assertThat(Files.readString(run.resolve("metrics/train/learning_rate"))).contains(" 0.0 2");
    assertThat(Files.readString(run.resolve("metrics/eval/spearman_dot"))).contains(" 0.8125 2");
    assertThat(Files.readString(run.resolve("metrics/final/gold_pairs"))).contains(" 216.0 0");
    for (String file : files) {
      Path path = directory.resolve("tracking").resolve(file);
      if (Files.isRegularFile(path)) {
        assertThat(new String(Files.readAllBytes(path), "ISO-8859-1"))
            .doesNotContain("do-not-show");
      }
    }
  }

  @Test
  void training_closedBeforeItSucceeded_countsAsFailed() throws IOException {
    try (TrainingProgress progress =
        new TrainingProgress(
            context("tracking.kind=mlflow"), "train-cross", ID, "spearman", checkpoints())) {
      progress.onStep(new StepReport(1, 2, 0, 0.75, 1e-5, 3.5, 100, 0.2, COST));
    }

    assertThat(Files.readString(run(files()).resolve("meta.yaml"))).contains("status: 4");
    assertThat(files()).noneMatch(file -> file.startsWith("tensorboard"));
  }

  @Test
  void training_notTracked_writesNothing() {
    try (TrainingProgress progress =
        new TrainingProgress(context(), "train-cross", ID, "spearman", checkpoints())) {
      progress.onStep(new StepReport(1, 1, 0, 0.75, 1e-5, 3.5, 100, 0.2, COST));
      progress.results(Map.of("steps", 1));
      progress.succeeded();
    }
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void tracking_wrongToolOrDirectory_isAUsersMistake() throws IOException {
    assertThatThrownBy(() -> context("tracking.kind=tensorbord"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("tracking.kind = 'tensorbord' is not valid");
    Files.writeString(directory.resolve("tracking"), "a file");
    assertThatThrownBy(
            () ->
                new TrainingProgress(
                    context("tracking.kind=mlflow"), "train-cross", ID, "spearman", checkpoints()))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("tracking.dir = '" + directory.resolve("tracking") + "' cannot");
  }

  private List<String> files() throws IOException {
    Path home = directory.resolve("tracking");
    try (Stream<Path> tree = Files.walk(home)) {
      return tree.map(path -> home.relativize(path).toString()).toList();
    }
  }

  private Path run(List<String> files) {
    return files.stream()
        .filter(file -> file.matches("mlruns/\\d+/\\w{32}"))
        .map(file -> directory.resolve("tracking").resolve(file))
        .findFirst()
        .orElseThrow();
  }

  private JobContext context(String... settings) {
    List<String> all = new ArrayList<>(List.of(settings));
    all.add("run.dir=" + directory);
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
    return new JobContext(
        "train-bi",
        AllSettings.reader().read(Optional.empty(), all),
        new Console(nowhere, nowhere, false));
  }
}
