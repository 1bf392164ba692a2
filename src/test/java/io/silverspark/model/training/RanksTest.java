package io.silverspark.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import io.silverspark.NarrowModel;
import io.silverspark.model.checkpoint.CheckpointStore;
import io.silverspark.model.data.ScoredPair;
import io.silverspark.model.data.TextPair;
import io.silverspark.model.distributed.GradientReducer;
import io.silverspark.model.distributed.LocalRanks;
import io.silverspark.model.distributed.Replica;
import io.silverspark.model.distributed.ReplicaDriftException;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.files.ModelFiles;
import io.silverspark.model.loss.CosineSimilarityLoss;
import io.silverspark.model.loss.MultipleNegativesRankingLoss;
import io.silverspark.model.loss.SentenceLoss;
import io.silverspark.model.loss.SoftmaxLoss;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RanksTest {
  private static final int STEPS = 20;
  private static final double TOLERANCE = 1e-4;
  private static final TrainingPlan PLAN =
      TrainingPlan.builder().maxSteps(STEPS).learningRate(1e-3).warmupSteps(2).build();

  /** What a training left. */
  private record Trained(RecordedSteps steps, Map<String, float[]> weights) {}

  private static final Function<SentenceEncoder, TrainingSet> RANKED =
      encoder ->
          TrainingSet.ofPairs(
              encoder.tokenizer(),
              SmallRun.pairs().stream()
                  .map(pair -> new TextPair(pair.first(), pair.second()))
                  .toList());
  private static final Function<SentenceEncoder, TrainingSet> CLASSIFIED =
      encoder ->
          TrainingSet.ofScoredPairs(
              encoder.tokenizer(),
              IntStream.range(0, 32)
                  .mapToObj(
                      i ->
                          new ScoredPair(
                              SmallRun.pairs().get(i).first(),
                              SmallRun.pairs().get(i).second(),
                              i % 3))
                  .toList());

  @ParameterizedTest
  @ValueSource(ints = {2, 4})
  void train_rankingLossOverRanks_equalsOneRankWithTheWholeBatch(int ranks) {
    check(ranks, encoder -> new MultipleNegativesRankingLoss(), RANKED);
  }

  @Test
  void train_softmaxLossOverRanks_trainsTheClassifierAsOneRankDoes() {
    check(
        2, encoder -> SoftmaxLoss.create(encoder.manager(), 3, encoder.dimension(), 5), CLASSIFIED);
  }

  @Test
  void train_cosineLossOverRanks_equalsOneRankWithTheWholeBatch() {
    check(4, encoder -> new CosineSimilarityLoss(), SmallRun::set);
  }

  @Test
  void train_modelWithADenseOverRanks_trainsItAsOneRankDoes() {
    ModelFiles model = NarrowModel.withDense(0);
    Function<SentenceEncoder, SentenceLoss> loss = encoder -> new MultipleNegativesRankingLoss();
    Trained expected = train(model, GradientReducer.single(), loss, RANKED, 2);
    List<Trained> found =
        LocalRanks.run(2, member -> train(model, GradientReducer.over(member), loss, RANKED, 1));
    for (String name :
        List.of("2.linear.weight", "2.linear.bias", "3.norm.weight", "3.norm.bias")) {
      float[] values = found.get(0).weights().get(name);
      assertThat(SmallRun.largestDifference(values, expected.weights().get(name)))
          .as(name)
          .isLessThan(TOLERANCE);
      assertThat(SmallRun.largestDifference(values, model.weights().get(name).floats()))
          .as(name)
          .isGreaterThan(10 * TOLERANCE);
      assertThat(found.get(1).weights().get(name)).as(name).isEqualTo(values);
    }
  }

  private static SentenceEncoder encoder() {
    return SentenceEncoder.of(NarrowModel.files(0), EncoderOptions.defaults().withWorkers(1));
  }

  private static void check(
      int ranks,
      Function<SentenceEncoder, SentenceLoss> loss,
      Function<SentenceEncoder, TrainingSet> set) {
    Trained expected = train(GradientReducer.single(), loss, set, 2);
    List<Trained> found =
        LocalRanks.run(
            ranks,
            member -> train(GradientReducer.over(member), loss, set, Math.max(1, 2 / ranks)));

    Trained first = found.get(0);
    for (int i = 0; i < STEPS; i++) {
      assertThat(first.steps().steps.get(i).loss())
          .isCloseTo(expected.steps().steps.get(i).loss(), within(TOLERANCE));
    }
    // Whole epochs of four batches: two single batches differ by more than training changes.
    assertThat(meanLoss(first, STEPS - 4)).isLessThan(meanLoss(first, 0) - 100 * TOLERANCE);
    Map<String, float[]> start = start();
    double moved = 0;
    for (Map.Entry<String, float[]> weight : expected.weights().entrySet()) {
      float[] values = first.weights().get(weight.getKey());
      assertThat(SmallRun.largestDifference(values, weight.getValue()))
          .as(weight.getKey())
          .isLessThan(TOLERANCE);
      moved = Math.max(moved, SmallRun.largestDifference(values, start.get(weight.getKey())));
    }
    assertThat(moved).isGreaterThan(10 * TOLERANCE);
    found.forEach(
        each ->
            each.weights()
                .forEach(
                    (name, values) ->
                        assertThat(Arrays.equals(values, first.weights().get(name)))
                            .as("replicas are equal in %s", name)
                            .isTrue()));
  }

  private static double meanLoss(Trained trained, int firstStep) {
    return trained.steps().steps.subList(firstStep, firstStep + 4).stream()
        .mapToDouble(step -> step.loss())
        .average()
        .orElseThrow();
  }

  private static Map<String, float[]> start() {
    try (SentenceEncoder encoder = encoder()) {
      return SmallRun.weights(encoder.parameters());
    }
  }

  private static Trained train(
      GradientReducer reducer,
      Function<SentenceEncoder, SentenceLoss> loss,
      Function<SentenceEncoder, TrainingSet> set,
      int threads) {
    return train(NarrowModel.files(0), reducer, loss, set, threads);
  }

  private static Trained train(
      ModelFiles model,
      GradientReducer reducer,
      Function<SentenceEncoder, SentenceLoss> loss,
      Function<SentenceEncoder, TrainingSet> set,
      int threads) {
    try (SentenceEncoder encoder = SmallRun.encoder(model);
        SentenceLoss own = loss.apply(encoder)) {
      TrainingSet examples = set.apply(encoder);
      RecordedSteps steps = new RecordedSteps();
      new Trainer(TrainableModel.of(encoder), own, PLAN)
          .nativeThreads(threads)
          .listener(steps)
          .reducer(reducer)
          .train(examples, examples.shuffled(8, 3));
      return new Trained(steps, SmallRun.weights(encoder.parameters()));
    }
  }

  @Test
  void train_fewerExamplesThanRanks_stillWorks() {
    List<Double> losses = losses(GradientReducer.single());
    List<List<Double>> byRank = LocalRanks.run(4, member -> losses(GradientReducer.over(member)));
    for (int i = 0; i < losses.size(); i++) {
      assertThat(byRank.get(3).get(i)).isCloseTo(losses.get(i), within(1e-5));
    }
  }

  private static List<Double> losses(GradientReducer reducer) {
    try (SentenceEncoder encoder = encoder()) {
      TrainingSet set =
          TrainingSet.ofScoredPairs(encoder.tokenizer(), SmallRun.pairs().subList(0, 3));
      RecordedSteps steps = new RecordedSteps();
      SmallRun.trainer(encoder, TrainingPlan.builder().maxSteps(3).learningRate(1e-4).build())
          .listener(steps)
          .reducer(reducer)
          .train(set, set.shuffled(3, 1));
      return steps.steps.stream().map(TrainingListener.StepReport::loss).toList();
    }
  }

  @Test
  void train_oneReplicaChangedFromOutside_stopsWithTheStep() {
    assertThatThrownBy(() -> LocalRanks.run(2, member -> trainDisturbed(member, 3)))
        .isInstanceOf(ReplicaDriftException.class)
        .hasMessageContaining("drifted apart by step 4");
  }

  private static TrainingResult trainDisturbed(Replica member, int disturbedStep) {
    try (SentenceEncoder encoder = encoder()) {
      TrainingSet set = SmallRun.set(encoder);
      NDArray bias = encoder.parameters().get("embeddings.LayerNorm.bias");
      return SmallRun.trainer(encoder, TrainingPlan.builder().maxSteps(9).build())
          .reducer(GradientReducer.over(member))
          .driftSteps(2)
          .listener(
              new TrainingListener() {
                @Override
                public void onStep(StepReport report) {
                  if (member.rank() == 1 && report.step() == disturbedStep) {
                    try (NDArray alias = bias.stopGradient()) {
                      alias.addi(1e-7);
                    }
                  }
                }
              })
          .train(set, set.shuffled(8, 1));
    }
  }

  @Test
  void train_evaluationOfRankZero_countsForAllAndRunGoesOnFromItsCheckpoint(@TempDir Path directory)
      throws IOException {
    List<TrainingResult> whole = LocalRanks.run(2, member -> evaluated(member, directory));
    for (String file : List.of("tensors.safetensors", "state.json", "checksums.json")) {
      Files.delete(directory.resolve("checkpoint-00000006").resolve(file));
    }
    List<TrainingResult> again = LocalRanks.run(2, member -> evaluated(member, directory));

    assertThat(whole.get(1)).isEqualTo(whole.get(0));
    assertThat(whole.get(0).bestScore()).hasValue(6);
    assertThat(again).isEqualTo(whole);
  }

  private static TrainingResult evaluated(Replica member, Path directory) {
    try (SentenceEncoder encoder = encoder()) {
      TrainingSet set = SmallRun.set(encoder);
      TrainingPlan plan =
          TrainingPlan.builder().maxSteps(6).evaluationSteps(2).checkpointSteps(3).build();
      RecordedSteps steps = new RecordedSteps();
      return SmallRun.trainer(encoder, plan)
          .reducer(GradientReducer.over(member))
          .checkpoints(new CheckpointStore(directory))
          .listener(steps)
          .evaluation(
              () -> member.rank() == 0 ? steps.steps.get(steps.steps.size() - 1).step() : -1)
          .train(set, set.shuffled(8, 1));
    }
  }

  @Test
  void parts_ofABatch_holdEveryExampleOnceAndAboutAsManyTokens() {
    try (SentenceEncoder encoder = encoder()) {
      TrainingSet set = SmallRun.set(encoder);
      int[] batch = IntStream.range(0, 30).toArray();
      List<int[]> parts = RankParts.of(set, batch, 4);
      assertThat(parts.stream().flatMapToInt(Arrays::stream).sorted().toArray()).isEqualTo(batch);
      int[] tokens =
          parts.stream().mapToInt(part -> Arrays.stream(part).map(set::tokens).sum()).toArray();
      assertThat(parts).allMatch(part -> part.length == 7 || part.length == 8);
      assertThat(Arrays.stream(tokens).max().getAsInt() - Arrays.stream(tokens).min().getAsInt())
          .isLessThan(60);
    }
  }
}
