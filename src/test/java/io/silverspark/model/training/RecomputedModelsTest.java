package io.silverspark.model.training;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import io.silverspark.NarrowModel;
import io.silverspark.model.encoder.Autograd;
import io.silverspark.model.encoder.CrossEncoder;
import io.silverspark.model.encoder.DenoisingAutoEncoder;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.MaskedLanguageModel;
import io.silverspark.model.encoder.Precision;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.files.LoraConfig;
import io.silverspark.model.files.TinySplade;
import io.silverspark.model.files.TokenVocabulary;
import io.silverspark.model.loss.BinaryCrossEntropyLoss;
import io.silverspark.model.loss.ChosenLoss;
import io.silverspark.model.loss.CosineSimilarityLoss;
import io.silverspark.model.loss.DenoisingAutoEncoderLoss;
import io.silverspark.model.loss.LossRecipe;
import io.silverspark.model.loss.MaskedLanguageModelLoss;
import io.silverspark.model.loss.SentenceLoss;
import io.silverspark.model.pretraining.TextCorruption;
import io.silverspark.model.pretraining.TokenMasking;
import io.silverspark.model.pretraining.TokenPredictionModel;
import io.silverspark.model.pretraining.WordDeletion;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Gradients of models with heads, and in 16 bits, when the backward pass runs layers again. */
class RecomputedModelsTest {
  private static final List<String> TEXTS =
      SmallRun.pairs().stream().map(pair -> pair.first()).distinct().toList();

  @TempDir private Path folder;

  private static EncoderOptions options(Precision precision) {
    return EncoderOptions.defaults().withWorkers(1).withPrecision(precision);
  }

  private static SentenceEncoder encoder(Precision precision) {
    return SentenceEncoder.of(NarrowModel.deep(0), options(precision));
  }

  /** Gradients of one batch of the whole set, plain and with layers that are run again. */
  private static void assertSameGradients(
      TrainableModel model, SentenceLoss loss, TrainingSet set, double tolerance) {
    Map<String, float[]> expected = gradients(model, loss, set);
    model.recomputed().forEach(layers -> layers.enable(true));
    Map<String, float[]> found = gradients(model, loss, set);
    assertThat(model.recomputed()).isNotEmpty();
    double length =
        Math.sqrt(expected.values().stream().mapToDouble(RecomputedModelsTest::squares).sum());
    assertThat(length).isPositive();
    expected.forEach(
        (name, gradient) ->
            assertThat(SmallRun.largestDifference(found.get(name), gradient))
                .as(name)
                .isLessThanOrEqualTo(tolerance * length));
  }

  private static double squares(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += (double) value * value;
    }
    return sum;
  }

  private static Map<String, float[]> gradients(
      TrainableModel model, SentenceLoss loss, TrainingSet set) {
    model.parametersChanged();
    try (AdamW optimizer =
            AdamW.over(
                model.manager(), model.parameters(), TrainingPlan.builder().build().optimizer());
        NDManager scope = model.manager().newSubManager();
        Autograd tape = Autograd.record()) {
      JniUtils.setSeed(7);
      int[] all = IntStream.range(0, set.size()).toArray();
      NDArray value =
          loss.compute(model.run(scope, set.batch(all, 0)).columns(), set.batchLabels(scope, all));
      tape.backward(value);
      model.recomputed().forEach(layers -> layers.backward(scope));
      Map<String, float[]> gradients = new LinkedHashMap<>();
      model
          .parameters()
          .forEach(
              (name, array) -> {
                try (NDArray gradient = array.getGradient()) {
                  gradients.put(name, gradient.toFloatArray());
                }
              });
      return gradients;
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Precision.class,
      names = {"FP32", "BF16"})
  void backward_crossEncoder_givesTheSameGradients(Precision precision) {
    try (SentenceEncoder base = encoder(Precision.FP32)) {
      base.save(folder.resolve("base"), "# Narrow");
    }
    try (CrossEncoder cross =
        CrossEncoder.fromEncoder(folder.resolve("base").toString(), 1, 5, options(precision))) {
      TrainingSet set = TrainingSet.forCrossEncoder(cross.tokenizer(), SmallRun.pairs());
      TrainableModel model = TrainableModel.of(cross);
      assertSameGradients(model, new BinaryCrossEntropyLoss(), set, tolerance(precision));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Precision.class,
      names = {"FP32", "BF16"})
  void backward_maskedLanguageModel_givesTheSameGradients(Precision precision) {
    try (SentenceEncoder encoder = encoder(precision);
        MaskedLanguageModel model = MaskedLanguageModel.over(encoder, 1)) {
      TokenVocabulary vocabulary = TokenVocabulary.of(NarrowModel.deep(0).tokenizerJson());
      TrainingSet set =
          TrainingSet.ofTexts(encoder.tokenizer(), TEXTS, new TokenMasking(vocabulary, 0.3, 42));
      assertSameGradients(
          new TokenPredictionModel(model),
          new MaskedLanguageModelLoss(),
          set,
          tolerance(precision));
    }
  }

  /** Its decoder has weights of the encoder, so that gradients arrive there from both. */
  @ParameterizedTest
  @EnumSource(
      value = Precision.class,
      names = {"FP32", "BF16"})
  void backward_denoisingAutoEncoder_givesTheSameGradients(Precision precision) {
    try (SentenceEncoder encoder = encoder(precision);
        DenoisingAutoEncoder model = DenoisingAutoEncoder.over(encoder, 1)) {
      TextCorruption damage = new TextCorruption(encoder.tokenizer(), new WordDeletion(), 42);
      TrainingSet set = TrainingSet.ofTexts(encoder.tokenizer(), TEXTS, damage);
      assertSameGradients(
          new TokenPredictionModel(model),
          new DenoisingAutoEncoderLoss(),
          set,
          tolerance(precision));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Precision.class,
      names = {"FP32", "BF16", "FP16"})
  void backward_sentenceEncoder_givesTheSameGradients(Precision precision) {
    try (SentenceEncoder encoder = encoder(precision)) {
      assertSameGradients(
          TrainableModel.of(encoder),
          new CosineSimilarityLoss(),
          SmallRun.set(encoder),
          tolerance(precision));
    }
  }

  /** Its head has the word table of the encoder, so that gradients arrive there from both. */
  @Test
  void backward_sparseEncoder_givesTheSameGradients() {
    try (SentenceEncoder encoder =
        SentenceEncoder.of(TinySplade.files(), options(Precision.FP32))) {
      TrainingSet set = TrainingSet.ofScoredPairs(encoder.tokenizer(), SmallRun.pairs());
      LossRecipe.Model shape =
          new LossRecipe.Model(encoder.manager(), encoder.trainedDimension(), encoder.layers(), 1);
      try (SentenceLoss loss =
          ChosenLoss.of("SpladeLoss", Map.of("loss", "SparseCosineSimilarityLoss")).create(shape)) {
        assertSameGradients(TrainableModel.of(encoder), loss, set, tolerance(Precision.FP32));
      }
    }
  }

  @Test
  void backward_adapterIn16Bits_givesTheSameGradients() {
    try (SentenceEncoder encoder = encoder(Precision.BF16)) {
      encoder.addAdapter(new LoraConfig(4, 8, 0, List.of("all-linear")), "", 1);
      assertSameGradients(
          TrainableModel.of(encoder),
          new CosineSimilarityLoss(),
          SmallRun.set(encoder),
          tolerance(Precision.BF16));
    }
  }

  /** Sums of several passes are rounded in another order, in 16 bits to 8 or 11 of them. */
  private static double tolerance(Precision precision) {
    return precision == Precision.FP32 ? 1e-6 : 4e-3;
  }
}
