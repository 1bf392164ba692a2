package io.silverspark.model.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.silverspark.model.encoder.Precision;
import io.silverspark.model.files.LoraConfig;
import io.silverspark.model.loss.ChosenCrossEncoderLoss;
import io.silverspark.model.loss.ChosenLoss;
import io.silverspark.model.loss.DataShape;
import io.silverspark.model.loss.LossSpec;
import io.silverspark.model.loss.NamedCrossEncoderLoss;
import io.silverspark.model.loss.NamedLoss;
import io.silverspark.model.sampling.MultiDatasetSampling;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TrainingRunTest {
  static Stream<LossSpec> losses() {
    return Stream.concat(
        Arrays.stream(NamedLoss.values())
            .map(loss -> ChosenLoss.of(loss.title(), Map.of("scale", "3"))),
        Arrays.stream(NamedCrossEncoderLoss.values())
            .map(loss -> new ChosenCrossEncoderLoss(loss, Map.of("scale", "3"))));
  }

  private static TrainingRun run(LossSpec loss, TrainingPlan plan) {
    return new TrainingRun(
        new TrainingRun.Base("builtin:all-MiniLM-L6-v2", 3, 0, 0),
        Precision.FP32,
        plan,
        List.of(new TrainingDataset("gold", DataShape.SCORED_PAIRS, loss, 16)),
        MultiDatasetSampling.PROPORTIONAL,
        LoraConfig.NONE);
  }

  @ParameterizedTest
  @MethodSource("losses")
  void run_sentToARank_isEqualThere(LossSpec loss) throws Exception {
    TrainingRun run =
        run(loss, TrainingPlan.builder().maxSteps(7).stop(StopRule.patience(2)).build());
    assertThat(copy(run)).isEqualTo(run).hasToString(run.toString());
  }

  @Test
  void summary_saysWhatPeopleAskFirst() {
    TrainingPlan plan =
        TrainingPlan.builder()
            .epochs(4)
            .accumulation(2)
            .stop(StopRule.patience(3))
            .layers(new LayerRates(1, 1, 1))
            .build();
    assertThat(run(ChosenLoss.of("CoSENTLoss", Map.of()), plan).summary())
        .isEqualTo(
            "gold: scored pairs by CoSENTLoss, batches of 16; 4 epochs, learning rate 5.0E-5 linear,"
                + " 2 batches a step, stops after 3 evaluations without gain, first 1 layers frozen;"
                + " builtin:all-MiniLM-L6-v2, 3 layers, fp32");
  }

  /** Checkpoints of earlier versions hold this text and must be found again. */
  @Test
  void plan_defaults_readsAsEarlierVersionsWroteIt() {
    assertThat(TrainingPlan.builder().maxSteps(5).build())
        .hasToString(
            "TrainingPlan[epochs=3, maxSteps=OptionalInt[5], accumulation=1, learningRate=5.0E-5,"
                + " shape=LINEAR, warmupSteps=0, warmupRatio=0.0, weightDecay=0.0, beta1=0.9,"
                + " beta2=0.999, epsilon=1.0E-8, maxGradientNorm=1.0, evaluationSteps=0,"
                + " checkpointSteps=0, seed=42]");
    assertThat(TrainingPlan.builder().layers(new LayerRates(2, 1, 1)).build().toString())
        .contains("maxSteps=OptionalInt.empty")
        .endsWith("seed=42, layers=LayerRates[frozenLayers=2, decay=1.0, head=1.0]]");
  }

  private static Object copy(Object value) throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(value);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return in.readObject();
    }
  }
}
