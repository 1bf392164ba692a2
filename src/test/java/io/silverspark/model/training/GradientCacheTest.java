package io.silverspark.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import io.silverspark.model.encoder.Autograd;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.loss.CachedMultipleNegativesRankingLoss;
import io.silverspark.model.loss.MatryoshkaLoss;
import io.silverspark.model.loss.MultipleNegativesRankingLoss;
import io.silverspark.model.loss.RankingOptions;
import io.silverspark.model.loss.SentenceLoss;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GradientCacheTest {
  private static final long SEED = 7;

  /** Loss and every gradient of one batch. */
  private record Gradients(float loss, Map<String, float[]> byName) {}

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 16, 64, 1000})
  void addGradients_anyMiniBatch_equalsTheWholeBatch(int miniBatch) {
    try (SentenceEncoder encoder = SmallRun.encoder(0)) {
      Gradients whole = wholeBatch(encoder, new MultipleNegativesRankingLoss());
      assertSame(cached(encoder, new MultipleNegativesRankingLoss(), miniBatch), whole);
    }
  }

  @Test
  void addGradients_withDropout_repeatsItInTheSecondPass() {
    try (SentenceEncoder encoder = SmallRun.encoder(0.3)) {
      JniUtils.setSeed(SEED);
      Gradients whole = wholeBatch(encoder, new MultipleNegativesRankingLoss());
      assertSame(cached(encoder, new MultipleNegativesRankingLoss(), 1000), whole);
    }
  }

  @Test
  void addGradients_matryoshkaAroundACachedLoss_equalsTheUncachedOne() {
    try (SentenceEncoder encoder = SmallRun.encoder(0)) {
      RankingOptions options = RankingOptions.ofScale(20);
      List<Integer> widths = List.of(48, 8);
      SentenceLoss cached =
          new MatryoshkaLoss(new CachedMultipleNegativesRankingLoss(options, 9), widths);
      assertThat(cached.miniBatchSize()).hasValue(9);
      Gradients whole =
          wholeBatch(
              encoder, new MatryoshkaLoss(new MultipleNegativesRankingLoss(options), widths));
      assertSame(cached(encoder, cached, 9), whole);
    }
  }

  @Test
  void train_cachedLossWithAccumulation_followsTheUncachedRun() {
    RecordedSteps whole = new RecordedSteps();
    RecordedSteps cached = new RecordedSteps();
    train(new MultipleNegativesRankingLoss(), whole);
    train(new CachedMultipleNegativesRankingLoss(RankingOptions.ofScale(20), 6), cached);
    assertThat(cached.steps).hasSize(3);
    for (int i = 0; i < 3; i++) {
      assertThat(cached.steps.get(i).loss()).isCloseTo(whole.steps.get(i).loss(), within(1e-5));
      double norm = whole.steps.get(i).gradientNorm();
      assertThat(cached.steps.get(i).gradientNorm()).isCloseTo(norm, within(1e-4 * norm));
    }
  }

  private static void train(SentenceLoss loss, RecordedSteps recorded) {
    TrainingPlan plan =
        TrainingPlan.builder().maxSteps(3).learningRate(1e-4).accumulation(2).build();
    try (SentenceEncoder encoder = SmallRun.encoder(0)) {
      TrainingSet set = pairs(encoder);
      new Trainer(TrainableModel.of(encoder), loss, plan)
          .nativeThreads(1)
          .listener(recorded)
          .train(set, set.shuffled(8, 1));
    }
  }

  private static TrainingSet pairs(SentenceEncoder encoder) {
    return TrainingSet.ofPairs(
        encoder.tokenizer(), SmallRun.pairs().stream().map(pair -> pair.texts()).toList());
  }

  private static Gradients wholeBatch(SentenceEncoder encoder, SentenceLoss loss) {
    TrainingSet set = pairs(encoder);
    TrainableModel model = TrainableModel.of(encoder);
    try (AdamW optimizer = optimizer(encoder);
        NDManager scope = encoder.manager().newSubManager();
        Autograd tape = Autograd.record()) {
      LengthSortedPasses.Output output =
          new LengthSortedPasses(1_000_000).run(model, scope, set.batch(all(set)));
      NDArray value = loss.compute(output.columns(), null);
      tape.backward(value);
      return new Gradients(value.getFloat(), gradients(encoder));
    }
  }

  private static Gradients cached(SentenceEncoder encoder, SentenceLoss loss, int miniBatch) {
    TrainingSet set = pairs(encoder);
    try (AdamW optimizer = optimizer(encoder);
        NDManager scope = encoder.manager().newSubManager()) {
      BatchLoss result =
          new GradientCache(TrainableModel.of(encoder), loss, miniBatch, SEED)
              .addGradients(scope, set.batch(all(set)), null, 1);
      return new Gradients(result.value().getFloat(), gradients(encoder));
    }
  }

  private static AdamW optimizer(SentenceEncoder encoder) {
    return AdamW.over(
        encoder.manager(), encoder.parameters(), TrainingPlan.builder().build().optimizer());
  }

  private static int[] all(TrainingSet set) {
    return IntStream.range(0, set.size()).toArray();
  }

  private static Map<String, float[]> gradients(SentenceEncoder encoder) {
    Map<String, float[]> byName = new LinkedHashMap<>();
    encoder
        .parameters()
        .forEach(
            (name, array) -> {
              try (NDArray gradient = array.getGradient()) {
                byName.put(name, gradient.toFloatArray());
              }
            });
    return byName;
  }

  private static void assertSame(Gradients found, Gradients wanted) {
    assertThat(found.loss()).isCloseTo(wanted.loss(), within(1e-5f * wanted.loss()));
    wanted
        .byName()
        .forEach(
            (name, values) -> {
              double norm = norm(values);
              float[] difference = new float[values.length];
              for (int i = 0; i < values.length; i++) {
                difference[i] = values[i] - found.byName().get(name)[i];
              }
              assertThat(norm(difference)).as(name).isLessThan(1e-4 * norm + 1e-6);
            });
  }

  private static double norm(float[] values) {
    double squares = 0;
    for (float value : values) {
      squares += (double) value * value;
    }
    return Math.sqrt(squares);
  }
}
