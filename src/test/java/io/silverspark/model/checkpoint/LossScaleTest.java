package io.silverspark.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.silverspark.NarrowModel;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.Precision;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.error.UserException;
import io.silverspark.model.loss.CosineSimilarityLoss;
import io.silverspark.model.loss.LossInputs;
import io.silverspark.model.loss.SentenceLoss;
import io.silverspark.model.training.RecordedSteps;
import io.silverspark.model.training.SmallRun;
import io.silverspark.model.training.TrainableModel;
import io.silverspark.model.training.Trainer;
import io.silverspark.model.training.TrainingListener;
import io.silverspark.model.training.TrainingPlan;
import io.silverspark.model.training.TrainingSet;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LossScaleTest {
  @Test
  void afterFiniteStep_twoThousandTimes_doubles() {
    LossScale scale = LossScale.INITIAL;
    for (int i = 0; i < 1999; i++) {
      scale = scale.afterFiniteStep();
    }
    assertThat(scale).isEqualTo(new LossScale(65536, 1999));
    assertThat(scale.afterFiniteStep()).isEqualTo(new LossScale(131072, 0));
  }

  @Test
  void afterOverflow_halvesUntilOneAndThenGivesUp() {
    assertThat(new LossScale(65536, 7).afterOverflow(8)).isEqualTo(new LossScale(32768, 0));
    assertThatThrownBy(() -> new LossScale(1, 0).afterOverflow(8))
        .isInstanceOf(UserException.class)
        .hasMessage(
            "training stopped at step 8: gradients overflow in fp16 even with loss scale 1; lower"
                + " the learning rate, or use bf16 or fp32");
  }

  @Test
  void train_fp16_followsTheLossesOfFp32() {
    RecordedSteps exact = new RecordedSteps();
    RecordedSteps half = new RecordedSteps();
    train(Precision.FP32, 8, new CosineSimilarityLoss(), exact);
    train(Precision.FP16, 8, new CosineSimilarityLoss(), half);

    assertThat(half.steps).hasSize(8);
    for (int i = 0; i < 8; i++) {
      assertThat(half.steps.get(i).loss()).isCloseTo(exact.steps.get(i).loss(), within(2e-3));
      assertThat(half.steps.get(i).gradientNorm())
          .isCloseTo(exact.steps.get(i).gradientNorm(), withinPercentage(3));
    }
  }

  /** A loss of 10,000 times the size overflows at 65,536 and some scales below it. */
  @Test
  void train_gradientsThatOverflow_leaveTheWeightsUntilTheScaleFits() {
    RecordedSteps recorded = new RecordedSteps();
    List<float[]> probes = train(Precision.FP16, 12, enlarged(10_000), recorded);

    List<Boolean> finite =
        recorded.steps.stream().map(step -> Double.isFinite(step.gradientNorm())).toList();
    assertThat(finite).startsWith(false).endsWith(true);
    for (int i = 1; i < probes.size(); i++) {
      assertThat(Arrays.equals(probes.get(i), probes.get(i - 1))).isEqualTo(!finite.get(i));
    }
  }

  @Test
  void train_stoppedAndResumed_goesOnWithTheScale(@TempDir Path directory) {
    RecordedSteps whole = new RecordedSteps();
    List<float[]> expected = train(Precision.FP16, 12, enlarged(10_000), whole);

    CheckpointStore store = new CheckpointStore(directory);
    TrainingPlan plan = plan(12);
    assertThatThrownBy(() -> trainUntil(6, plan, store)).hasMessage("killed");
    assertThat(store.latest().orElseThrow().state().lossScale().orElseThrow().value())
        .isLessThan(65536);
    try (SentenceEncoder encoder = encoder(Precision.FP16)) {
      trainer(encoder, plan, enlarged(10_000))
          .checkpoints(store)
          .train(SmallRun.set(encoder), SmallRun.set(encoder).shuffled(8, 1));
      assertThat(encoder.encode(List.of("nobody"))[0]).isEqualTo(expected.get(11));
    }
  }

  private static SentenceLoss enlarged(float factor) {
    return new Enlarged(new CosineSimilarityLoss(), factor);
  }

  private record Enlarged(SentenceLoss loss, float factor) implements SentenceLoss {
    @Override
    public LossInputs inputs() {
      return loss.inputs();
    }

    @Override
    public NDArray compute(NDList columns, NDArray labels) {
      return loss.compute(columns, labels).mul(factor);
    }
  }

  private static void trainUntil(int last, TrainingPlan plan, CheckpointStore store) {
    try (SentenceEncoder encoder = encoder(Precision.FP16)) {
      TrainingSet set = SmallRun.set(encoder);
      trainer(encoder, plan, enlarged(10_000))
          .checkpoints(store)
          .listener(
              new TrainingListener() {
                @Override
                public void onCheckpoint(int step) {
                  if (step == last) {
                    throw new IllegalStateException("killed");
                  }
                }
              })
          .train(set, set.shuffled(8, 1));
    }
  }

  /** Trains and returns what the model makes of one text after each step. */
  private static List<float[]> train(
      Precision precision, int steps, SentenceLoss loss, RecordedSteps recorded) {
    List<float[]> probes = new ArrayList<>();
    try (SentenceEncoder encoder = encoder(precision)) {
      TrainingSet set = SmallRun.set(encoder);
      trainer(encoder, plan(steps), loss)
          .listener(
              new TrainingListener() {
                @Override
                public void onStep(StepReport report) {
                  recorded.onStep(report);
                  encoder.parametersChanged();
                  probes.add(encoder.encode(List.of("nobody"))[0]);
                }
              })
          .train(set, set.shuffled(8, 1));
    }
    return probes;
  }

  private static TrainingPlan plan(int steps) {
    return TrainingPlan.builder().maxSteps(steps).learningRate(1e-4).checkpointSteps(3).build();
  }

  private static Trainer trainer(SentenceEncoder encoder, TrainingPlan plan, SentenceLoss loss) {
    return new Trainer(TrainableModel.of(encoder), loss, plan).nativeThreads(1);
  }

  private static SentenceEncoder encoder(Precision precision) {
    return SentenceEncoder.of(
        NarrowModel.files(0), EncoderOptions.defaults().withWorkers(1).withPrecision(precision));
  }
}
