package io.silverspark.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.silverspark.NarrowModel;
import io.silverspark.model.checkpoint.CheckpointStore;
import io.silverspark.model.distributed.GradientReducer;
import io.silverspark.model.distributed.LocalRanks;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.loss.ChosenLoss;
import io.silverspark.model.loss.LossRecipe;
import io.silverspark.model.loss.SentenceLoss;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Trainings by AdaptiveLayerLoss and Matryoshka2dLoss, which draw a layer of three, and a width of
 * two, for each batch.
 */
class LayerLossTrainingTest {
  private static final int STEPS = 9;
  private static final String LAYERS = "AdaptiveLayerLoss, CosineSimilarityLoss";
  private static final String LAYERS_AND_WIDTHS = "Matryoshka2dLoss, CosineSimilarityLoss";
  private static final String IN_MINI_BATCHES =
      "AdaptiveLayerLoss, CachedMultipleNegativesRankingLoss";

  private static final TrainingPlan PLAN =
      TrainingPlan.builder()
          .maxSteps(STEPS)
          .learningRate(1e-3)
          .warmupSteps(1)
          .accumulation(2)
          .checkpointSteps(2)
          .build();

  /** What a training left. */
  private record Trained(RecordedSteps steps, Map<String, float[]> weights) {}

  private static SentenceLoss loss(SentenceEncoder encoder, String wrapper, String inner) {
    Map<String, String> parameters = new LinkedHashMap<>(Map.of("loss", inner));
    if (wrapper.equals("Matryoshka2dLoss")) {
      parameters.put("matryoshkaDims", "48, 12");
    }
    if (inner.startsWith("Cached")) {
      parameters.put("miniBatchSize", "3");
    }
    return ChosenLoss.of(wrapper, parameters)
        .read()
        .create(new LossRecipe.Model(encoder.manager(), encoder.dimension(), encoder.layers(), 1));
  }

  private static Trained train(
      double dropout,
      String wrapper,
      String inner,
      GradientReducer reducer,
      Optional<CheckpointStore> checkpoints,
      int killAfter) {
    RecordedSteps steps = new RecordedSteps();
    try (SentenceEncoder encoder =
            SentenceEncoder.of(
                NarrowModel.deep(dropout), EncoderOptions.defaults().withWorkers(1));
        SentenceLoss loss = loss(encoder, wrapper, inner)) {
      TrainingSet set =
          inner.startsWith("Cached")
              ? TrainingSet.ofPairs(
                  encoder.tokenizer(), SmallRun.pairs().stream().map(pair -> pair.texts()).toList())
              : SmallRun.set(encoder);
      Trainer trainer =
          new Trainer(TrainableModel.of(encoder), loss, PLAN)
              .nativeThreads(1)
              .reducer(reducer)
              .listener(
                  new TrainingListener() {
                    @Override
                    public void onStep(StepReport report) {
                      steps.onStep(report);
                      if (report.step() == killAfter) {
                        throw new IllegalStateException("killed");
                      }
                    }

                    @Override
                    public void onResume(int step, int totalSteps) {
                      steps.onResume(step, totalSteps);
                    }
                  });
      checkpoints.ifPresent(trainer::checkpoints);
      trainer.train(set, set.shuffled(8, 3));
      return new Trained(steps, SmallRun.weights(encoder.parameters()));
    }
  }

  private static Trained train(double dropout, String wrapper, String inner) {
    return train(dropout, wrapper, inner, GradientReducer.single(), Optional.empty(), 0);
  }

  @ParameterizedTest
  @CsvSource({LAYERS, LAYERS_AND_WIDTHS, IN_MINI_BATCHES})
  void train_resumedFromACheckpoint_equalsTheUninterruptedRunBitForBit(
      String wrapper, String inner, @TempDir Path directory) {
    Trained whole = train(0.1, wrapper, inner);
    Optional<CheckpointStore> store = Optional.of(new CheckpointStore(directory));
    assertThatThrownBy(() -> train(0.1, wrapper, inner, GradientReducer.single(), store, 5))
        .hasMessage("killed");
    Trained resumed = train(0.1, wrapper, inner, GradientReducer.single(), store, 0);
    assertThat(resumed.steps().resumed).containsExactly(4);
    whole
        .weights()
        .forEach((name, values) -> assertThat(resumed.weights().get(name)).isEqualTo(values));
    assertThat(whole.steps().steps.get(STEPS - 1).loss())
        .isLessThan(whole.steps().steps.get(0).loss());
  }

  /** Dropout is 0: its masks differ between numbers of ranks. */
  @ParameterizedTest
  @CsvSource({LAYERS_AND_WIDTHS, IN_MINI_BATCHES})
  void train_byTwoRanks_equalsOneRankWithTheWholeBatch(String wrapper, String inner) {
    Trained one = train(0, wrapper, inner);
    List<Trained> two =
        LocalRanks.run(
            2,
            member -> train(0, wrapper, inner, GradientReducer.over(member), Optional.empty(), 0));
    for (int i = 0; i < STEPS; i++) {
      assertThat(two.get(1).steps().steps.get(i).loss())
          .as("loss of step %d", i)
          .isCloseTo(one.steps().steps.get(i).loss(), within(1e-4));
    }
    one.weights()
        .forEach(
            (name, values) -> {
              float[] found = two.get(0).weights().get(name);
              assertThat(SmallRun.largestDifference(found, values)).as(name).isLessThan(1e-4);
              assertThat(Arrays.equals(two.get(1).weights().get(name), found)).as(name).isTrue();
            });
  }

  @Test
  void ofStep_drawsALayerBySeed_andInTheEndAll() {
    try (SentenceEncoder encoder =
            SentenceEncoder.of(NarrowModel.deep(0), EncoderOptions.defaults().withWorkers(1));
        SentenceLoss loss = loss(encoder, "AdaptiveLayerLoss", "CosineSimilarityLoss")) {
      assertThat(loss.layers()).containsExactly(0, 1, 2);
      Map<List<Integer>, Integer> drawn = new LinkedHashMap<>();
      for (long seed = 0; seed < 60; seed++) {
        List<Integer> layers = loss.ofStep(seed).layers();
        assertThat(loss.ofStep(seed).layers()).isEqualTo(layers).hasSize(1);
        drawn.merge(layers, 1, Integer::sum);
      }
      assertThat(drawn).containsOnlyKeys(List.of(0), List.of(1), List.of(2));
      assertThat(drawn.values()).allMatch(times -> times > 8);
    }
  }
}
