package io.silverspark.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import io.silverspark.NarrowModel;
import io.silverspark.model.checkpoint.CheckpointStore;
import io.silverspark.model.distributed.GradientFormat;
import io.silverspark.model.distributed.GradientReducer;
import io.silverspark.model.distributed.LocalRanks;
import io.silverspark.model.distributed.Rings;
import io.silverspark.model.encoder.Autograd;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.Precision;
import io.silverspark.model.encoder.RecomputedLayers;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.files.LoraConfig;
import io.silverspark.model.files.PoolingMode;
import io.silverspark.model.loss.ChosenLoss;
import io.silverspark.model.loss.CosineSimilarityLoss;
import io.silverspark.model.loss.LossRecipe;
import io.silverspark.model.loss.SentenceLoss;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Trainings that keep the inputs of the layers only, against those that keep everything. */
@Tag("cluster")
class GradientCheckpointingTest {
  static final List<String> TYPES = ArchitectureParityTest.TYPES;

  @TempDir private Path folder;

  private static TrainingPlan plan(
      boolean checkpointing, UnaryOperator<TrainingPlan.Builder> more) {
    return more.apply(
            TrainingPlan.builder()
                .maxSteps(4)
                .accumulation(2)
                .learningRate(1e-3)
                .checkpointSteps(2)
                .gradientCheckpointing(checkpointing))
        .build();
  }

  private static Map<String, float[]> train(SentenceEncoder encoder, TrainingPlan plan) {
    TrainingSet set = SmallRun.set(encoder);
    SmallRun.trainer(encoder, plan).train(set, set.shuffled(8, 1));
    return SmallRun.weights(encoder.parameters());
  }

  private static void assertSame(Map<String, float[]> found, Map<String, float[]> expected) {
    assertThat(found.keySet()).isEqualTo(expected.keySet());
    found.forEach(
        (name, weights) ->
            assertThat(Arrays.equals(weights, expected.get(name)))
                .as("%s differs by %s", name, largest(weights, expected.get(name)))
                .isTrue());
  }

  /**
   * Sums of the gradients of passes are taken in another order; a step moves a weight by 1e-3. The
   * gradient of a key's bias is 0 but for rounding, which AdamW makes large.
   */
  private static void assertClose(Map<String, float[]> found, Map<String, float[]> expected) {
    assertThat(found.keySet()).isEqualTo(expected.keySet());
    found.forEach(
        (name, weights) ->
            assertThat(largest(weights, expected.get(name)))
                .as(name)
                .isLessThan(name.endsWith(".key.bias") ? 1e-2 : 5e-6));
  }

  private static double largest(float[] found, float[] expected) {
    return SmallRun.largestDifference(found, expected);
  }

  @ParameterizedTest
  @FieldSource("TYPES")
  void backward_everyArchitecture_givesTheSameGradients(String type) throws IOException {
    var recorded = ArchitectureParityTest.recorded(type);
    Path directory = ArchitectureParityTest.directory(folder, recorded, recorded.get("encoder"));
    ArchitectureParityTest.pooling(directory, PoolingMode.MEAN);
    try (SentenceEncoder plain = load(directory);
        SentenceEncoder recomputing = load(directory)) {
      recomputing.recomputed().enable(true);
      Map<String, float[]> expected = gradients(plain);
      Map<String, float[]> found = gradients(recomputing);
      assertThat(found.keySet()).isEqualTo(expected.keySet());
      expected.forEach(
          (name, gradient) ->
              assertThat(largest(found.get(name), gradient))
                  .as(name)
                  .isLessThanOrEqualTo(1e-6 * Math.max(1, norm(gradient))));
    }
  }

  private static SentenceEncoder load(Path directory) {
    EncoderOptions options = EncoderOptions.defaults().withWorkers(1).withPrecision(Precision.FP32);
    return SentenceEncoder.load(directory.toString(), options);
  }

  private static double norm(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value * value;
    }
    return Math.sqrt(sum);
  }

  private static Map<String, float[]> gradients(SentenceEncoder encoder) {
    Map<String, NDArray> parameters = encoder.parameters();
    parameters.values().forEach(array -> array.setRequiresGradient(true));
    loss(encoder, true);
    Map<String, float[]> gradients = new LinkedHashMap<>();
    parameters.forEach(
        (name, array) -> {
          try (NDArray gradient = array.getGradient()) {
            gradients.put(name, gradient.toFloatArray());
          }
        });
    return gradients;
  }

  /** Of all pairs, with the masks of one seed. */
  private static float loss(SentenceEncoder encoder, boolean backward) {
    TrainableModel model = TrainableModel.of(encoder);
    TrainingSet set = SmallRun.set(encoder);
    int[] all = IntStream.range(0, set.size()).toArray();
    JniUtils.setSeed(7);
    try (NDManager scope = encoder.manager().newSubManager();
        Autograd tape = backward ? Autograd.record() : Autograd.pause()) {
      NDArray loss =
          new CosineSimilarityLoss()
              .compute(model.run(scope, set.batch(all)).columns(), set.batchLabels(scope, all));
      if (backward) {
        tape.backward(loss);
        model.recomputed().forEach(layers -> layers.backward(scope));
      }
      return loss.getFloat();
    }
  }

  @Test
  void train_withoutDropout_endsWithTheSameWeights() {
    try (SentenceEncoder plain = SmallRun.encoder(NarrowModel.deep(0));
        SentenceEncoder recomputing = SmallRun.encoder(NarrowModel.deep(0))) {
      Map<String, float[]> expected = train(plain, plan(false, more -> more));
      assertClose(train(recomputing, plan(true, more -> more)), expected);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void train_frozenLayers_endsWithTheSameWeights(int frozen) {
    try (SentenceEncoder plain = SmallRun.encoder(NarrowModel.deep(0));
        SentenceEncoder recomputing = SmallRun.encoder(NarrowModel.deep(0))) {
      UnaryOperator<TrainingPlan.Builder> more = plan -> plan.layers(new LayerRates(frozen, 1, 1));
      assertClose(train(recomputing, plan(true, more)), train(plain, plan(false, more)));
    }
  }

  @Test
  void train_adapter_endsWithTheSameWeights() {
    try (SentenceEncoder plain = SmallRun.encoder(NarrowModel.deep(0));
        SentenceEncoder recomputing = SmallRun.encoder(NarrowModel.deep(0))) {
      LoraConfig lora = new LoraConfig(4, 8, 0, List.of("all-linear"));
      plain.addAdapter(lora, "", 1);
      recomputing.addAdapter(lora, "", 1);
      assertClose(
          train(recomputing, plan(true, more -> more)), train(plain, plan(false, more -> more)));
    }
  }

  /** In mini-batches, and with embeddings of several layers. */
  @ParameterizedTest
  @CsvSource({
    "AdaptiveLayerLoss, CosineSimilarityLoss",
    "AdaptiveLayerLoss, CachedMultipleNegativesRankingLoss",
    "MatryoshkaLoss, CachedMultipleNegativesRankingLoss"
  })
  void train_wrappedLosses_endWithTheSameWeights(String wrapper, String inner) {
    assertClose(wrapped(0, wrapper, inner, true), wrapped(0, wrapper, inner, false));
    assertSame(wrapped(0.2, wrapper, inner, true), wrapped(0.2, wrapper, inner, true));
  }

  private static Map<String, float[]> wrapped(
      double dropout, String wrapper, String inner, boolean checkpointing) {
    try (SentenceEncoder encoder = SmallRun.encoder(NarrowModel.deep(dropout))) {
      Map<String, String> parameters = new LinkedHashMap<>(Map.of("loss", inner));
      if (wrapper.equals("MatryoshkaLoss")) {
        parameters.put("matryoshkaDims", "48, 12");
      }
      if (inner.startsWith("Cached")) {
        parameters.put("miniBatchSize", "3");
      }
      LossRecipe.Model model =
          new LossRecipe.Model(encoder.manager(), encoder.dimension(), encoder.layers(), 1);
      try (SentenceLoss loss = ChosenLoss.of(wrapper, parameters).read().create(model)) {
        TrainingSet set =
            inner.startsWith("Cached")
                ? TrainingSet.ofPairs(
                    encoder.tokenizer(),
                    SmallRun.pairs().stream().map(pair -> pair.texts()).toList())
                : SmallRun.set(encoder);
        new Trainer(TrainableModel.of(encoder), loss, plan(checkpointing, more -> more))
            .nativeThreads(1)
            .train(set, set.shuffled(8, 1));
      }
      return SmallRun.weights(encoder.parameters());
    }
  }

  /** (L(w + h d) - L(w - h d)) / 2h along the gradient d of one weight, with the same seed. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "embeddings.word_embeddings.weight",
        "encoder.layer.0.attention.self.query.weight",
        "encoder.layer.1.intermediate.dense.weight"
      })
  void backward_withDropout_isTheGradientOfTheMasksThatWereDrawn(String name) {
    try (SentenceEncoder encoder = SmallRun.encoder(NarrowModel.deep(0.2))) {
      encoder.recomputed().enable(true);
      float[] gradient = gradients(encoder).get(name);
      double norm = norm(gradient);
      double step = 0.02;
      double above = lossAt(encoder, name, gradient, step / norm);
      double below = lossAt(encoder, name, gradient, -step / norm);
      assertThat((above - below) / (2 * step)).isCloseTo(norm, within(0.02 * norm));
    }
  }

  private static double lossAt(SentenceEncoder encoder, String name, float[] way, double share) {
    NDArray array = encoder.parameters().get(name);
    float[] before = array.toFloatArray();
    float[] moved = before.clone();
    for (int i = 0; i < moved.length; i++) {
      moved[i] += (float) (share * way[i]);
    }
    set(array, moved);
    double loss = loss(encoder, false);
    set(array, before);
    return loss;
  }

  private static void set(NDArray array, float[] values) {
    array.setRequiresGradient(false);
    array.set(values);
    array.setRequiresGradient(true);
  }

  @Test
  void train_dropoutKilledAndResumed_endsWithTheSameBits() {
    Map<String, float[]> whole = resumed(folder.resolve("whole"));
    resumed(folder.resolve("parts"));
    try (var files = Files.walk(folder.resolve("parts/checkpoint-00000004"))) {
      files.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    assertSame(resumed(folder.resolve("parts")), whole);
  }

  private static Map<String, float[]> resumed(Path checkpoints) {
    try (SentenceEncoder encoder = SmallRun.encoder(NarrowModel.deep(0.2))) {
      TrainingSet set = SmallRun.set(encoder);
      SmallRun.trainer(encoder, plan(true, more -> more))
          .checkpoints(new CheckpointStore(checkpoints))
          .train(set, set.shuffled(8, 1));
      return SmallRun.weights(encoder.parameters());
    }
  }

  /** Replicas of one process share its random numbers. */
  @ParameterizedTest
  @ValueSource(doubles = {0, 0.2})
  void train_twoReplicas_endAlikeAndAsWithoutCheckpointing(double dropout) throws Exception {
    List<Map<String, float[]>> first = replicas(dropout, true);
    List<Map<String, float[]>> second = replicas(dropout, dropout > 0);
    assertSame(first.get(1), first.get(0));
    if (dropout > 0) {
      assertSame(first.get(0), second.get(0));
    } else {
      assertClose(first.get(0), second.get(0));
    }
  }

  private static List<Map<String, float[]>> replicas(double dropout, boolean checkpointing)
      throws Exception {
    LocalRanks.RankWork<Map<String, float[]>> rank =
        replica -> {
          try (SentenceEncoder encoder = SmallRun.encoder(NarrowModel.deep(dropout))) {
            TrainingSet set = SmallRun.set(encoder);
            SmallRun.trainer(encoder, plan(checkpointing, more -> more))
                .reducer(GradientReducer.over(replica))
                .train(set, set.shuffled(8, 1));
            return SmallRun.weights(encoder.parameters());
          }
        };
    return Rings.run(1, GradientFormat.FP32, ring -> LocalRanks.run(2, ring, rank)).get(0);
  }

  @Test
  void recomputed_ofTwins_areThoseOfBoth() {
    try (SentenceEncoder copy = SmallRun.encoder(0);
        SentenceEncoder kept = SmallRun.encoder(0)) {
      List<RecomputedLayers> both = TrainableModel.ofTwins(copy, kept).recomputed();
      assertThat(both).containsExactly(copy.recomputed(), kept.recomputed());
    }
  }
}
