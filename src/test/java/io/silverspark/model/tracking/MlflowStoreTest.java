package io.silverspark.model.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.silverspark.model.distributed.StepCost;
import io.silverspark.model.training.TrainingListener.EvaluationReport;
import io.silverspark.model.training.TrainingListener.StepReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MlflowStoreTest {
  @TempDir Path directory;

  @Test
  void run_finished_hasTheLayoutOfMlflow() throws IOException {
    MlflowStore store = new MlflowStore(directory.resolve("mlruns"));
    try (MlflowRun run = store.open("it's mine", "run one", "key")) {
      run.parameters(Map.of("train.batchSize", "32", "../sly", "x"));
      run.scalar("train/loss", 1, 0.5);
      run.scalar("train/loss", 2, 0.25);
      run.scalar("ndcg@10", 0, 0.75);
      run.finish(RunTracker.Status.FINISHED);
    }

    Path experiment = only(directory.resolve("mlruns"));
    assertThat(experiment.getFileName().toString()).matches("\\d{18}");
    assertThat(Files.readString(experiment.resolve("meta.yaml")))
        .contains("name: 'it''s mine'", "lifecycle_stage: active", "creation_time: ")
        .contains("experiment_id: '" + experiment.getFileName() + "'");
    Path run = experiment.resolve(MlflowStore.runId("key"));
    assertThat(Files.readAllLines(run.resolve("meta.yaml")))
        .contains("status: 3", "run_name: 'run one'", "run_id: '" + run.getFileName() + "'")
        .noneMatch(line -> line.equals("end_time: null"));
    assertThat(run.resolve("params/train.batchSize")).hasContent("32");
    assertThat(run.resolve("tags/mlflow.runName")).hasContent("run one");
    assertThat(run.resolve("artifacts")).isEmptyDirectory();
    assertThat(steps(run.resolve("metrics/train/loss"))).containsExactly("0.5 1", "0.25 2");
    assertThat(run.resolve("metrics/ndcg_10")).exists();
    assertThat(run.resolve("params")).isDirectoryNotContaining("glob:**/sly");
    assertThat(directory.resolve("mlruns/sly")).doesNotExist();
  }

  /** A file where its directory should be, as unwritable as a full disk, also for root. */
  @Test
  void trackedRuns_whereMlflowCannotBeWritten_goOnWithoutIt() throws IOException {
    MlflowRun run = new MlflowStore(directory).open("e", "r", "key");
    Path params = only(directory).resolve(run.id()).resolve("params");
    Files.deleteIfExists(params);
    Files.writeString(params, "");

    assertThatThrownBy(() -> run.parameters(Map.of("train.batchSize", "32")))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("cannot write the MLflow run");
    try (TrackedRuns runs = new TrackedRuns(List.of(run))) {
      runs.parameters(Map.of("train.batchSize", "32"));
      runs.scalar("train/loss", 1, 0.5);
    }

    assertThat(params.resolveSibling("metrics/train/loss")).doesNotExist();
  }

  @Test
  void open_sameKey_goesOnWithTheRunFromTheStep() throws IOException {
    MlflowStore store = new MlflowStore(directory);
    MlflowRun killed = store.open("e", "first name", "key");
    killed.scalar("final/steps", 0, 9);
    for (int step = 1; step <= 5; step++) {
      killed.scalar("train/loss", step, step);
    }
    killed.scalar("eval/late", 5, 1);
    killed.close();
    Path run = only(directory).resolve(killed.id());
    assertThat(Files.readAllLines(run.resolve("meta.yaml"))).contains("status: 4");
    Files.writeString(
        run.resolve("metrics/train/loss"),
        Files.readString(run.resolve("metrics/train/loss")) + "17000");

    try (MlflowRun again = store.open("e", "another name", "key")) {
      TrainingTracker tracker = new TrainingTracker(again, "eval/spearman_cosine");
      tracker.onResume(3, 5);
      tracker.onStep(step(4));
      tracker.onStep(step(5));
      tracker.onEvaluation(new EvaluationReport(5, 0.8, 0.8, 5));
      assertThat(Files.readAllLines(run.resolve("meta.yaml")))
          .contains("status: 1", "end_time: null", "run_name: 'first name'");
      again.finish(RunTracker.Status.FINISHED);
    }

    assertThat(steps(run.resolve("metrics/train/loss")))
        .containsExactly("1.0 1", "2.0 2", "3.0 3", "40.0 4", "50.0 5");
    assertThat(steps(run.resolve("metrics/final/steps"))).containsExactly("9.0 0");
    assertThat(steps(run.resolve("metrics/train/grad_norm"))).containsExactly("2.0 4", "2.0 5");
    assertThat(steps(run.resolve("metrics/train/waiting_seconds")))
        .containsExactly("0.5 4", "0.5 5");
    assertThat(steps(run.resolve("metrics/eval/spearman_cosine"))).containsExactly("0.8 5");
    assertThat(run.resolve("metrics/eval/late")).doesNotExist();
  }

  @Test
  void trackedRuns_oneToolCannotWrite_theOtherGoesOn() throws IOException {
    MlflowStore store = new MlflowStore(directory.resolve("a"));
    MlflowRun broken = store.open("e", "r", "broken");
    MlflowRun whole = new MlflowStore(directory.resolve("b")).open("e", "r", "whole");
    Path metrics = only(directory.resolve("a")).resolve(broken.id()).resolve("metrics");
    Files.delete(metrics);
    Files.writeString(metrics, "a file where a directory should be");

    try (TrackedRuns runs = new TrackedRuns(List.of(broken, whole))) {
      runs.scalar("train/loss", 1, 1);
      runs.scalar("train/loss", 2, 2);
      runs.finish(RunTracker.Status.FINISHED);
    }

    Path run = only(directory.resolve("b")).resolve(whole.id());
    assertThat(steps(run.resolve("metrics/train/loss"))).containsExactly("1.0 1", "2.0 2");
  }

  private static StepReport step(int step) {
    return new StepReport(step, 5, 0, 10.0 * step, 1e-5, 2, 100, 0.1, new StepCost(1, 0.5, 0.25));
  }

  private static List<String> steps(Path metric) throws IOException {
    return Files.readAllLines(metric).stream()
        .map(line -> line.substring(line.indexOf(' ') + 1))
        .toList();
  }

  private static Path only(Path parent) throws IOException {
    try (Stream<Path> children = Files.list(parent)) {
      return children.reduce((a, b) -> b).orElseThrow();
    }
  }
}
