package io.silverspark.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.silverspark.NarrowModel;
import io.silverspark.model.checkpoint.CheckpointStore;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.error.UserException;
import io.silverspark.model.files.ModelFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResumeTest {
  private static final double DROPOUT = 0.1;

  @TempDir Path directory;

  /** Stops a run as a kill would: from inside, between two steps. */
  private static final class Killed extends RuntimeException {}

  @Test
  void train_killedAndResumedTwiceWithDropout_equalsTheUninterruptedRunBitForBit() {
    RecordedSteps whole = new RecordedSteps();
    Map<String, float[]> expected = run(plan(), 0, whole, directory.resolve("whole"));

    RecordedSteps parts = new RecordedSteps();
    assertThatThrownBy(() -> run(plan(), 5, parts, directory.resolve("parts")))
        .isInstanceOf(Killed.class);
    assertThatThrownBy(() -> run(plan(), 8, parts, directory.resolve("parts")))
        .isInstanceOf(Killed.class);
    Map<String, float[]> resumed = run(plan(), 0, parts, directory.resolve("parts"));

    assertThat(parts.resumed).containsExactly(4, 6);
    assertSame(resumed, expected);
    TrainingListener.StepReport last = parts.steps.get(parts.steps.size() - 1);
    assertThat(last.loss()).isEqualTo(whole.steps.get(9).loss());
    assertThat(parts.evaluations.get(parts.evaluations.size() - 1))
        .isEqualTo(whole.evaluations.get(whole.evaluations.size() - 1));
  }

  /** Weights of modules and their moments are in the checkpoint as those of the transformer are. */
  @Test
  void train_modelWithADense_resumesToTheWeightsOfTheUninterruptedRun() {
    ModelFiles model = NarrowModel.withDense(DROPOUT);
    Path parts = directory.resolve("parts");
    Map<String, float[]> expected =
        run(model, plan(), 0, new RecordedSteps(), directory.resolve("whole"));
    assertThatThrownBy(() -> run(model, plan(), 5, new RecordedSteps(), parts))
        .isInstanceOf(Killed.class);
    RecordedSteps recorded = new RecordedSteps();

    Map<String, float[]> resumed = run(model, plan(), 0, recorded, parts);

    assertThat(recorded.resumed).containsExactly(4);
    assertSame(resumed, expected);
    for (String trained :
        List.of("2.linear.weight", "2.linear.bias", "3.norm.weight", "3.norm.bias")) {
      assertThat(expected.get(trained)).isNotEqualTo(model.weights().get(trained).floats());
    }
  }

  @Test
  void train_newestCheckpointTruncated_goesOnFromTheOneBefore() throws IOException {
    Map<String, float[]> expected = run(plan(), 0, new RecordedSteps(), directory.resolve("whole"));
    Path parts = directory.resolve("parts");
    assertThatThrownBy(() -> run(plan(), 5, new RecordedSteps(), parts)).isInstanceOf(Killed.class);
    Path tensors = parts.resolve("checkpoint-00000004/tensors.safetensors");
    try (FileChannel file = FileChannel.open(tensors, StandardOpenOption.WRITE)) {
      file.truncate(Files.size(tensors) - 1);
    }

    RecordedSteps recorded = new RecordedSteps();
    Map<String, float[]> resumed = run(plan(), 0, recorded, parts);
    assertThat(recorded.resumed).containsExactly(2);
    assertSame(resumed, expected);
  }

  @Test
  void train_manyCheckpoints_keepsTheLastTwoAndNothingTemporary() throws IOException {
    run(plan(), 0, new RecordedSteps(), directory);
    try (Stream<Path> left = Files.list(directory)) {
      assertThat(left.map(each -> each.getFileName().toString()))
          .containsExactlyInAnyOrder("checkpoint-00000008", "checkpoint-00000010");
    }
  }

  @Test
  void train_checkpointOfAnotherPlan_isRefused() {
    assertThatThrownBy(() -> run(plan(), 3, new RecordedSteps(), directory))
        .isInstanceOf(Killed.class);
    TrainingPlan other = TrainingPlan.builder().maxSteps(10).learningRate(1e-3).build();
    assertThatThrownBy(() -> run(other, 0, new RecordedSteps(), directory))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("the checkpoint is of another run: its plan is");
  }

  private static TrainingPlan plan() {
    return TrainingPlan.builder()
        .maxSteps(10)
        .learningRate(1e-4)
        .warmupSteps(2)
        .evaluationSteps(3)
        .checkpointSteps(2)
        .build();
  }

  /** Trains and returns the weights; throws {@link Killed} after so many steps unless that is 0. */
  private static Map<String, float[]> run(
      TrainingPlan plan, int killAfter, RecordedSteps recorded, Path checkpoints) {
    return run(NarrowModel.files(DROPOUT), plan, killAfter, recorded, checkpoints);
  }

  private static Map<String, float[]> run(
      ModelFiles model,
      TrainingPlan plan,
      int killAfter,
      RecordedSteps recorded,
      Path checkpoints) {
    try (SentenceEncoder encoder = SmallRun.encoder(model)) {
      TrainingSet set = SmallRun.set(encoder);
      SmallRun.trainer(encoder, plan)
          .checkpoints(new CheckpointStore(checkpoints))
          .evaluation(() -> -Math.abs(encoder.encode(List.of("nobody"))[0][0] - 0.02))
          .listener(killing(recorded, killAfter))
          .train(set, set.shuffled(8, 3));
      return SmallRun.weights(encoder.parameters());
    }
  }

  private static TrainingListener killing(RecordedSteps recorded, int killAfter) {
    return new TrainingListener() {
      @Override
      public void onStep(StepReport report) {
        recorded.onStep(report);
        if (report.step() == killAfter) {
          throw new Killed();
        }
      }

      @Override
      public void onEvaluation(EvaluationReport report) {
        recorded.onEvaluation(report);
      }

      @Override
      public void onResume(int step, int totalSteps) {
        recorded.onResume(step, totalSteps);
      }
    };
  }

  private static void assertSame(Map<String, float[]> found, Map<String, float[]> expected) {
    assertThat(found.keySet()).isEqualTo(expected.keySet());
    expected.forEach(
        (name, values) -> assertThat(Arrays.equals(found.get(name), values)).as(name).isTrue());
  }
}
