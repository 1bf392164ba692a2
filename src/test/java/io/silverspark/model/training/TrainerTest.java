package io.silverspark.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.silverspark.ResidentMemory;
import io.silverspark.model.data.ScoredPair;
import io.silverspark.model.data.TextPair;
import io.silverspark.model.encoder.Autograd;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.error.UserException;
import io.silverspark.model.sampling.FixedBatches;
import io.silverspark.model.tokenizer.TokenizedText;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TrainerTest {
  @Test
  void train_twoBatchesAccumulated_equalsOneBatchOfBoth() {
    TrainingPlan plan = TrainingPlan.builder().maxSteps(3).learningRate(1e-4).build();
    TrainingPlan accumulating =
        TrainingPlan.builder().maxSteps(3).learningRate(1e-4).accumulation(2).build();
    RecordedSteps whole = new RecordedSteps();
    RecordedSteps halves = new RecordedSteps();
    Map<String, float[]> expected = train(plan, new FixedBatches(batches(16)), whole);
    Map<String, float[]> found = train(accumulating, new FixedBatches(batches(8)), halves);

    assertThat(halves.steps).hasSize(3);
    for (int i = 0; i < 3; i++) {
      assertThat(halves.steps.get(i).loss()).isCloseTo(whole.steps.get(i).loss(), within(1e-6));
      assertThat(halves.steps.get(i).gradientNorm())
          .isCloseTo(whole.steps.get(i).gradientNorm(), within(1e-5));
      assertThat(halves.steps.get(i).learningRate()).isEqualTo(whole.steps.get(i).learningRate());
    }
    // Adam divides by the gradient's own size: rounding of tiny gradients shows up to the rate.
    expected.forEach(
        (name, values) -> assertThat(meanDifference(found.get(name), values)).isLessThan(2e-6));
  }

  @Test
  void train_lengthSortedPasses_giveTheGradientOfOnePassPerColumn() {
    try (SentenceEncoder encoder = SmallRun.encoder(0)) {
      TrainingSet set = SmallRun.set(encoder);
      int[] all = IntStream.range(0, set.size()).toArray();
      double sorted = gradientNorm(encoder, set.batch(all), new LengthSortedPasses(1));
      double single = gradientNorm(encoder, set.batch(all), new LengthSortedPasses(1_000_000));
      assertThat(sorted).isCloseTo(single, within(1e-5 * single));
    }
  }

  @Test
  void cuts_freePasses_leaveNoPaddingAndDearOnesMakeOnePass() {
    int[] lengths = {9, 9, 5, 5, 5, 2};
    assertThat(new LengthSortedPasses(0).cuts(lengths)).containsExactly(2, 5, 6);
    assertThat(new LengthSortedPasses(1000).cuts(lengths)).containsExactly(6);
    assertThat(new LengthSortedPasses(10).cuts(lengths)).containsExactly(2, 6);
  }

  @Test
  void train_bestScoreInTheMiddle_restoresThoseWeightsAndStopsEarly() {
    try (SentenceEncoder encoder = SmallRun.encoder(0)) {
      TrainingSet set = SmallRun.set(encoder);
      TrainingPlan plan =
          TrainingPlan.builder()
              .maxSteps(20)
              .learningRate(1e-3)
              .evaluationSteps(1)
              .stop(StopRule.patience(2))
              .build();
      double[] scores = {0.1, 0.3, 0.2, 0.3, 0.9};
      float[][] probes = new float[20][];
      RecordedSteps recorded = new RecordedSteps();
      TrainingResult result =
          SmallRun.trainer(encoder, plan)
              .listener(recorded)
              .evaluation(
                  () -> {
                    int at = recorded.steps.size() - 1;
                    probes[at] = encoder.encode(List.of("nobody"))[0];
                    return scores[at];
                  })
              .train(set, set.shuffled(8, 1));

      assertThat(result.stoppedEarly()).isTrue();
      assertThat(result.steps()).isEqualTo(4);
      assertThat(result.bestStep()).isEqualTo(2);
      assertThat(result.bestScore()).hasValue(0.3);
      assertThat(Arrays.equals(encoder.encode(List.of("nobody"))[0], probes[1])).isTrue();
      assertThat(Arrays.equals(probes[1], probes[3])).isFalse();
    }
  }

  /** As in Hugging Face: any higher score is the best one, but only a gain ends the waiting. */
  @Test
  void train_gainsBelowTheThreshold_areKeptAndStillStop() {
    try (SentenceEncoder encoder = SmallRun.encoder(0)) {
      TrainingSet set = SmallRun.set(encoder);
      TrainingPlan plan =
          TrainingPlan.builder()
              .maxSteps(20)
              .learningRate(1e-3)
              .evaluationSteps(1)
              .stop(new StopRule(2, 0.01))
              .build();
      double[] scores = {0.8, 0.806, 0.812};
      RecordedSteps recorded = new RecordedSteps();
      TrainingResult result =
          SmallRun.trainer(encoder, plan)
              .listener(recorded)
              .evaluation(() -> scores[recorded.steps.size() - 1])
              .train(set, set.shuffled(8, 1));
      assertThat(result.stoppedEarly()).isTrue();
      assertThat(result.steps()).isEqualTo(3);
      assertThat(result.bestScore()).hasValue(0.812);
      assertThat(result.bestStep()).isEqualTo(3);
    }
  }

  @Test
  void train_hugeLearningRate_stopsNamingStepAndBatch() {
    TrainingPlan plan =
        TrainingPlan.builder()
            .maxSteps(5)
            .learningRate(Float.MAX_VALUE)
            .shape(LearningRateSchedule.Shape.CONSTANT)
            .build();
    assertThatThrownBy(() -> train(plan, new FixedBatches(batches(16)), new RecordedSteps()))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("training stopped at step 2: the ")
        .hasMessageContaining("batch 1 (examples 16, 17, 18, 19, 20, 21, 22, 23, ...)")
        .hasMessageContaining("lower the learning rate");
  }

  @Test
  void train_pairsWithoutLabels_areRefusedByTheCosineLoss() {
    try (SentenceEncoder encoder = SmallRun.encoder(0)) {
      TrainingSet set =
          TrainingSet.ofPairs(encoder.tokenizer(), List.of(new TextPair("one", "two")));
      assertThatThrownBy(
              () ->
                  SmallRun.trainer(encoder, TrainingPlan.builder().build())
                      .train(set, set.shuffled(8, 1)))
          .isInstanceOf(UserException.class)
          .hasMessageStartingWith("CosineSimilarityLoss needs a score");
    }
  }

  /** Sixteen pairs of 60 tokens a step, so that what a step leaves behind is seen soon. */
  @Test
  void train_hundredSteps_keepsMemoryFlat() {
    ResidentMemory.assumeKnown();
    int steps = 100;
    long[] residentMebibytes = new long[steps];
    try (SentenceEncoder encoder = SmallRun.encoder(0.1)) {
      List<ScoredPair> pairs =
          SmallRun.pairs().stream()
              .map(p -> new ScoredPair(p.first().repeat(9), p.second().repeat(9), p.score()))
              .toList();
      TrainingSet set = TrainingSet.ofScoredPairs(encoder.tokenizer(), pairs);
      SmallRun.trainer(encoder, TrainingPlan.builder().maxSteps(steps).build())
          .listener(
              new TrainingListener() {
                @Override
                public void onStep(StepReport report) {
                  residentMebibytes[report.step() - 1] = ResidentMemory.mebibytes();
                }
              })
          .train(set, set.shuffled(16, 1));
    }
    double early = Arrays.stream(residentMebibytes, 30, 50).average().orElseThrow();
    double late = Arrays.stream(residentMebibytes, 80, 100).average().orElseThrow();
    // One batch kept alive per step would add more than 300 MiB.
    assertThat(late - early).isLessThan(60);
  }

  private static double gradientNorm(
      SentenceEncoder encoder, List<List<TokenizedText>> columns, LengthSortedPasses passes) {
    TrainableModel model = TrainableModel.of(encoder);
    try (AdamW optimizer =
            AdamW.over(
                encoder.manager(),
                encoder.parameters(),
                TrainingPlan.builder().build().optimizer());
        NDManager scope = encoder.manager().newSubManager();
        Autograd tape = Autograd.record()) {
      NDList columnsOut = passes.run(model, scope, columns).columns();
      tape.backward(columnsOut.get(0).mul(columnsOut.get(1)).sum());
      return optimizer.norm(scope).getFloat();
    }
  }

  private static Map<String, float[]> train(
      TrainingPlan plan, FixedBatches batches, RecordedSteps recorded) {
    try (SentenceEncoder encoder = SmallRun.encoder(0)) {
      SmallRun.trainer(encoder, plan).listener(recorded).train(SmallRun.set(encoder), batches);
      return SmallRun.weights(encoder.parameters());
    }
  }

  private static List<int[]> batches(int size) {
    return IntStream.range(0, 32 / size)
        .mapToObj(i -> IntStream.range(i * size, (i + 1) * size).toArray())
        .toList();
  }

  private static double meanDifference(float[] found, float[] expected) {
    double sum = 0;
    for (int i = 0; i < found.length; i++) {
      sum += Math.abs(found[i] - expected[i]);
    }
    return sum / found.length;
  }
}
