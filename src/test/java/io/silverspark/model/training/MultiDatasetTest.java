package io.silverspark.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;
import static org.assertj.core.api.Assertions.within;

import io.silverspark.model.checkpoint.CheckpointStore;
import io.silverspark.model.data.ScoredPair;
import io.silverspark.model.data.TextPair;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.error.UserException;
import io.silverspark.model.loss.CosineSimilarityLoss;
import io.silverspark.model.loss.MultipleNegativesRankingLoss;
import io.silverspark.model.loss.SentenceLoss;
import io.silverspark.model.loss.SoftmaxLoss;
import io.silverspark.model.sampling.FixedBatches;
import io.silverspark.model.sampling.MultiDatasetSampling;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MultiDatasetTest {
  private static final TrainingPlan PLAN =
      TrainingPlan.builder().epochs(1).learningRate(1e-3).build();

  private static TrainingSet pairs(SentenceEncoder encoder, List<ScoredPair> pairs) {
    return TrainingSet.ofPairs(
        encoder.tokenizer(),
        pairs.stream().map(pair -> new TextPair(pair.first(), pair.second())).toList());
  }

  private static TrainingPart scored(SentenceEncoder encoder, List<int[]> batches) {
    return new TrainingPart(
        "sts", SmallRun.set(encoder), new CosineSimilarityLoss(), new FixedBatches(batches));
  }

  private static TrainingPart ranked(SentenceEncoder encoder, List<int[]> batches) {
    return new TrainingPart(
        "nli",
        pairs(encoder, SmallRun.pairs()),
        new MultipleNegativesRankingLoss(20),
        new FixedBatches(batches));
  }

  /** With a rate of zero in the first step the model is the same for the first batch of each. */
  @Test
  void train_twoSets_takesEachBatchByTheLossOfItsSet() {
    int[] batch = {3, 1, 6, 8};
    RecordedSteps mixed = new RecordedSteps();
    RecordedSteps cosine = new RecordedSteps();
    RecordedSteps ranking = new RecordedSteps();
    TrainingPlan still = TrainingPlan.builder().epochs(1).learningRate(1e-12).build();
    try (SentenceEncoder encoder = SmallRun.encoder(0)) {
      TrainingPart sts = scored(encoder, List.of(batch));
      TrainingPart nli = ranked(encoder, List.of(batch));
      MultiDataset both = MultiDataset.of(List.of(sts, nli), MultiDatasetSampling.ROUND_ROBIN, 1);
      new Trainer(TrainableModel.of(encoder), still).listener(mixed).train(both);
      SmallRun.trainer(encoder, still).listener(cosine).train(sts.set(), sts.sampler());
      new Trainer(TrainableModel.of(encoder), nli.loss(), still)
          .listener(ranking)
          .train(nli.set(), nli.sampler());
    }
    assertThat(mixed.steps).hasSize(2);
    double first = cosine.steps.get(0).loss();
    double second = ranking.steps.get(0).loss();
    assertThat(second).isNotCloseTo(first, within(0.1));
    assertThat(mixed.steps.get(0).loss()).isCloseTo(first, within(1e-6));
    assertThat(mixed.steps.get(1).loss()).isCloseTo(second, within(1e-6));
  }

  /** Two halves of one set are the set, whatever the number of parts. */
  @Test
  void train_halvesOfASetInTurn_giveTheWeightsOfTheWholeSet() {
    List<ScoredPair> pairs = SmallRun.pairs();
    List<int[]> early = List.of(new int[] {0, 1, 2}, new int[] {5, 6, 7});
    List<int[]> whole =
        List.of(early.get(0), new int[] {16, 17, 18}, early.get(1), new int[] {21, 22, 23});
    float[] expected;
    float[] found;
    try (SentenceEncoder encoder = SmallRun.encoder(0)) {
      SmallRun.trainer(encoder, PLAN).train(SmallRun.set(encoder), new FixedBatches(whole));
      expected = encoder.encode(List.of("nobody"))[0];
    }
    try (SentenceEncoder encoder = SmallRun.encoder(0)) {
      List<TrainingPart> parts = new ArrayList<>();
      for (int half = 0; half < 2; half++) {
        List<ScoredPair> own = pairs.subList(half * 16, half * 16 + 16);
        TrainingSet set = TrainingSet.ofScoredPairs(encoder.tokenizer(), own);
        parts.add(
            new TrainingPart(
                "half " + half, set, new CosineSimilarityLoss(), new FixedBatches(early)));
      }
      new Trainer(TrainableModel.of(encoder), PLAN)
          .train(MultiDataset.of(parts, MultiDatasetSampling.ROUND_ROBIN, 1));
      found = encoder.encode(List.of("nobody"))[0];
    }
    // The last bits depend on how the batches lie in memory.
    assertThat(found).containsExactly(expected, offset(1e-6f));
  }

  @Test
  void train_stoppedAndResumed_endsWithTheSameWeights(@TempDir Path directory) {
    float[] expected = run(PLAN, new CheckpointStore(directory.resolve("whole")));
    TrainingPlan saving =
        TrainingPlan.builder().epochs(1).learningRate(1e-3).checkpointSteps(2).build();
    CheckpointStore store = new CheckpointStore(directory.resolve("stopped"));
    run(saving, store);
    assertThat(store.latest()).isPresent();
    assertThat(store.latest().get().tensors().keySet())
        .contains("weight/loss.classes.classifier.weight");
    assertThat(run(saving, store)).isEqualTo(expected);
  }

  /** Cosine and softmax in turn, two epochs of two batches each. */
  private static float[] run(TrainingPlan plan, CheckpointStore store) {
    List<int[]> batches = List.of(new int[] {0, 1, 2, 3}, new int[] {4, 5, 6, 7});
    try (SentenceEncoder encoder = SmallRun.encoder(0.1);
        SentenceLoss softmax = SoftmaxLoss.create(encoder.manager(), 3, encoder.dimension(), 1)) {
      List<ScoredPair> classes = new ArrayList<>();
      SmallRun.pairs().forEach(pair -> classes.add(labelled(pair, classes.size() % 3)));
      TrainingPart softmaxPart =
          new TrainingPart(
              "classes",
              TrainingSet.ofScoredPairs(encoder.tokenizer(), classes),
              softmax,
              new FixedBatches(batches));
      new Trainer(TrainableModel.of(encoder), plan)
          .nativeThreads(1)
          .checkpoints(store)
          .train(
              MultiDataset.of(
                  List.of(scored(encoder, batches), softmaxPart),
                  MultiDatasetSampling.PROPORTIONAL,
                  7));
      return encoder.encode(List.of("nobody"))[0];
    }
  }

  private static ScoredPair labelled(ScoredPair pair, int label) {
    return new ScoredPair(pair.first(), pair.second(), label);
  }

  @Test
  void train_setThatDoesNotFitItsLoss_isRefused() {
    try (SentenceEncoder encoder = SmallRun.encoder(0)) {
      List<int[]> batch = List.of(new int[] {0, 1});
      TrainingPart wrong =
          new TrainingPart(
              "wrong",
              pairs(encoder, SmallRun.pairs()),
              new CosineSimilarityLoss(),
              new FixedBatches(batch));
      MultiDataset data =
          MultiDataset.of(
              List.of(scored(encoder, batch), wrong), MultiDatasetSampling.PROPORTIONAL, 1);
      assertThatThrownBy(() -> new Trainer(TrainableModel.of(encoder), PLAN).train(data))
          .isInstanceOf(UserException.class)
          .hasMessageStartingWith("CosineSimilarityLoss needs a score");
    }
  }

  @Test
  void of_twoSetsOfOneName_areRefused() {
    try (SentenceEncoder encoder = SmallRun.encoder(0)) {
      TrainingPart part = scored(encoder, List.of(new int[] {0}));
      assertThatThrownBy(
              () -> MultiDataset.of(List.of(part, part), MultiDatasetSampling.PROPORTIONAL, 1))
          .hasMessage("two data sets have the same name");
    }
  }

  @Test
  void parameters_ofOneSet_haveNoNameOfTheSet() {
    try (SentenceEncoder encoder = SmallRun.encoder(0);
        SentenceLoss softmax = SoftmaxLoss.create(encoder.manager(), 3, encoder.dimension(), 1)) {
      TrainingSet set = SmallRun.set(encoder);
      Map<String, ?> parameters = MultiDataset.of(set, softmax, set.shuffled(4, 1)).parameters();
      assertThat(parameters).containsOnlyKeys("loss.classifier.weight", "loss.classifier.bias");
    }
  }
}
