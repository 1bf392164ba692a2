package io.silverspark.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import io.silverspark.NarrowModel;
import io.silverspark.model.checkpoint.CheckpointStore;
import io.silverspark.model.data.RankedDocuments;
import io.silverspark.model.data.TextPair;
import io.silverspark.model.distributed.GradientReducer;
import io.silverspark.model.distributed.LocalRanks;
import io.silverspark.model.encoder.CrossEncoder;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.error.UserException;
import io.silverspark.model.loss.LambdaLoss;
import io.silverspark.model.loss.ListMLELoss;
import io.silverspark.model.loss.ListNetLoss;
import io.silverspark.model.loss.LogitActivation;
import io.silverspark.model.loss.NamedCrossEncoderLoss;
import io.silverspark.model.loss.SentenceLoss;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Cross-encoders that learn from queries with documents of any number. */
class DocumentListTrainingTest {
  private static final TrainingPlan PLAN =
      TrainingPlan.builder().maxSteps(8).learningRate(1e-3).warmupSteps(0).build();

  private static Path base;

  @BeforeAll
  static void save(@TempDir Path temporary) {
    base = temporary.resolve("narrow");
    try (SentenceEncoder narrow =
        SentenceEncoder.of(NarrowModel.files(0), EncoderOptions.defaults().withWorkers(1))) {
      narrow.save(base, "# Narrow");
    }
  }

  /** What a training left. */
  private record Trained(List<TrainingListener.StepReport> steps, Map<String, float[]> weights) {}

  /** 12 queries with 1 to 4 documents, the relevant ones about the same thing. */
  private static List<RankedDocuments> lists() {
    List<String> things = List.of("boats", "trains", "bread", "violins");
    return IntStream.range(0, 12)
        .mapToObj(
            i -> {
              List<String> documents =
                  IntStream.rangeClosed(0, i % 4)
                      .mapToObj(j -> "a text on " + things.get((i + j) % 4) + " and more".repeat(j))
                      .toList();
              List<Float> labels =
                  IntStream.rangeClosed(0, i % 4).mapToObj(j -> j == 0 ? 2f : j % 2f).toList();
              return new RankedDocuments("who knows " + things.get(i % 4), documents, labels);
            })
        .toList();
  }

  private static CrossEncoder encoder() {
    return CrossEncoder.fromEncoder(
        base.toString(), 1, 5, EncoderOptions.defaults().withWorkers(1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "LambdaLoss",
        "RankNetLoss",
        "ListNetLoss",
        "ListMLELoss",
        "PListMLELoss",
        "ADRMSELoss"
      })
  void train_everyLossOfLists_learns(String name) {
    RecordedSteps recorded = new RecordedSteps();
    try (CrossEncoder encoder = encoder()) {
      TrainingSet set = TrainingSet.forCrossEncoderLists(encoder.tokenizer(), lists());
      new Trainer(TrainableModel.of(encoder), read(name, Map.of()), PLAN)
          .nativeThreads(1)
          .listener(recorded)
          .train(set, set.shuffled(set.size(), 3));
    }
    assertThat(recorded.steps.get(7).loss()).isLessThan(recorded.steps.get(0).loss());
  }

  @Test
  void train_overRanks_equalsOneRankWithTheWholeBatch() {
    SentenceLoss loss = read("LambdaLoss", Map.of("activation_fn", "sigmoid", "sigma", "5"));
    Trained one = train(loss);
    Trained several =
        LocalRanks.run(3, member -> train(GradientReducer.over(member), loss, null)).get(0);
    assertSame(several, one);
  }

  @Test
  void train_inMiniBatches_equalsTheWholeBatch() {
    assertSame(
        train(new ListNetLoss(LogitActivation.SIGMOID, 3)),
        train(new ListNetLoss(LogitActivation.SIGMOID, 0)));
    assertThat(read("ListNetLoss", Map.of("mini_batch_size", "3")).miniBatchSize()).hasValue(3);
  }

  @Test
  void train_resumedFromACheckpoint_equalsTheUninterruptedRun(@TempDir Path directory) {
    SentenceLoss loss = new ListMLELoss();
    Trained whole = train(loss);
    TrainingListener stop =
        new TrainingListener() {
          @Override
          public void onStep(StepReport report) {
            if (report.step() == 5) {
              throw new IllegalStateException("killed");
            }
          }
        };
    CheckpointStore store = new CheckpointStore(directory);
    assertThatThrownBy(() -> run(GradientReducer.single(), loss, store, stop)).hasMessage("killed");
    Trained resumed = train(GradientReducer.single(), loss, store);
    assertThat(resumed.steps()).hasSize(4);
    resumed
        .weights()
        .forEach(
            (key, values) ->
                assertThat(Arrays.equals(values, whole.weights().get(key))).as(key).isTrue());
  }

  @Test
  void train_listsThatTeachNothing_areRefused() {
    List<RankedDocuments> equal =
        List.of(new RankedDocuments("q", List.of("a", "b"), List.of(1f, 1f)));
    assertRefused(
        new LambdaLoss(),
        equal,
        "LambdaLoss has nothing to learn from: no query has two documents of different labels; give"
            + " queries with their labelled documents (cross.lists), in Java"
            + " TrainingSet.forCrossEncoderLists");
    assertRefused(
        new ListMLELoss(),
        List.of(new RankedDocuments("q", List.of("a"), List.of(1f))),
        "ListMLELoss has nothing to learn from: no query has two documents; give queries");
    assertRefused(
        new LambdaLoss(),
        List.of(
            new RankedDocuments("p", List.of("a"), List.of(1f)),
            new RankedDocuments("q", List.of("a", "b"), List.of(1f, -1f))),
        "LambdaLoss needs a relevance of 0 or more, but document 1 of query 1 has -1.0; give");
    assertRefused(
        new ListNetLoss(),
        List.of(new RankedDocuments("q", List.of("a", "b"), List.of(1f, Float.NaN))),
        "ListNetLoss needs a relevance (a finite number), but document 1 of query 0 has NaN; give");
    try (CrossEncoder encoder = encoder()) {
      TrainingSet pairs =
          TrainingSet.forCrossEncoderTuples(
              encoder.tokenizer(), List.of(List.of("q"), List.of("a")), new float[][] {{1}});
      assertThatThrownBy(() -> new ListNetLoss().inputs().check(1, pairs.labels()))
          .isInstanceOf(UserException.class)
          .hasMessageStartingWith(
              "ListNetLoss needs queries with lists of documents, but the training data has none;");
    }
  }

  private static void assertRefused(
      SentenceLoss loss, List<RankedDocuments> lists, String message) {
    try (CrossEncoder encoder = encoder()) {
      TrainingSet set = TrainingSet.forCrossEncoderLists(encoder.tokenizer(), lists);
      assertThatThrownBy(
              () ->
                  new Trainer(TrainableModel.of(encoder), loss, PLAN)
                      .train(set, set.shuffled(2, 1)))
          .isInstanceOf(UserException.class)
          .hasMessageStartingWith(message);
    }
  }

  @Test
  void batchLabels_ofLists_numberTheQueriesOfTheBatch() {
    try (CrossEncoder encoder = encoder();
        NDManager scope = encoder.manager().newSubManager()) {
      TrainingSet set = TrainingSet.forCrossEncoderLists(encoder.tokenizer(), lists());
      assertThat(set.batch(new int[] {2, 0}).get(0))
          .isEqualTo(
              encoder
                  .tokenizer()
                  .encodePairs(
                      List.of(
                          new TextPair("who knows bread", "a text on bread"),
                          new TextPair("who knows bread", "a text on violins and more"),
                          new TextPair("who knows bread", "a text on boats and more and more"),
                          new TextPair("who knows boats", "a text on boats"))));
      assertThat(set.batchLabels(scope, new int[] {2, 0}).toFloatArray())
          .containsExactly(0, 2, 0, 1, 0, 0, 1, 2);
    }
  }

  @Test
  void compute_batchWithoutAPairToCompare_hasLossZeroAndNoGradient() {
    List<RankedDocuments> lists =
        List.of(
            new RankedDocuments("q", List.of("a", "b"), List.of(1f, 0f)),
            new RankedDocuments("p", List.of("c", "d"), List.of(1f, 1f)));
    try (CrossEncoder encoder = encoder()) {
      RecordedSteps recorded = new RecordedSteps();
      TrainingSet set = TrainingSet.forCrossEncoderLists(encoder.tokenizer(), lists);
      new Trainer(
              TrainableModel.of(encoder),
              new LambdaLoss(),
              TrainingPlan.builder().epochs(1).learningRate(1e-3).warmupSteps(0).build())
          .listener(recorded)
          .train(set, set.shuffled(1, 1));
      assertThat(recorded.steps.stream().map(TrainingListener.StepReport::loss))
          .filteredOn(loss -> loss == 0)
          .hasSize(1);
    }
  }

  private static SentenceLoss read(String name, Map<String, String> parameters) {
    return NamedCrossEncoderLoss.of(name).read(parameters).create(1);
  }

  private static Trained train(SentenceLoss loss) {
    return train(GradientReducer.single(), loss, null);
  }

  private static Trained train(GradientReducer reducer, SentenceLoss loss, CheckpointStore store) {
    RecordedSteps recorded = new RecordedSteps();
    Map<String, float[]> weights = run(reducer, loss, store, recorded);
    return new Trained(recorded.steps, weights);
  }

  private static Map<String, float[]> run(
      GradientReducer reducer,
      SentenceLoss loss,
      CheckpointStore store,
      TrainingListener listener) {
    TrainingPlan plan =
        TrainingPlan.builder()
            .maxSteps(8)
            .learningRate(1e-3)
            .warmupSteps(0)
            .checkpointSteps(store == null ? 0 : 2)
            .build();
    try (CrossEncoder encoder = encoder()) {
      TrainingSet set = TrainingSet.forCrossEncoderLists(encoder.tokenizer(), lists());
      Trainer trainer =
          new Trainer(TrainableModel.of(encoder), loss, store == null ? PLAN : plan)
              .nativeThreads(1)
              .listener(listener)
              .reducer(reducer);
      if (store != null) {
        trainer.checkpoints(store);
      }
      trainer.train(set, set.shuffled(5, 3));
      return SmallRun.weights(encoder.parameters());
    }
  }

  /**
   * The bias is left out: adding a number to all scores changes no order, so its gradient is
   * rounding, which AdamW scales up to whole steps.
   */
  private static void assertSame(Trained found, Trained wanted) {
    for (int i = 0; i < wanted.steps().size(); i++) {
      assertThat(found.steps().get(i).loss()).isCloseTo(wanted.steps().get(i).loss(), within(1e-5));
    }
    wanted
        .weights()
        .forEach(
            (name, values) -> {
              if (!name.equals("classifier.bias")) {
                assertThat(found.weights().get(name))
                    .as(name)
                    .containsExactly(values, within(1e-4f));
              }
            });
  }
}
