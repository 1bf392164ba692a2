package io.silverspark.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import io.silverspark.SharedData;
import io.silverspark.model.encoder.Autograd;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.files.Safetensors;
import io.silverspark.model.files.TensorData;
import io.silverspark.model.loss.ReferenceLosses;
import io.silverspark.model.loss.SentenceLoss;
import io.silverspark.model.loss.SoftmaxLoss;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/** One forward and backward pass of sentence-transformers 6.0.1 through all of MiniLM. */
@Tag("cluster")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LossGradientReferenceTest {
  private static final int GUIDE_LAYERS = 3;

  private JsonNode reference;
  private SentenceEncoder encoder;
  private SentenceEncoder guide;

  @BeforeAll
  void open() {
    reference = ReferenceModels.read("losses.json");
    encoder = SentenceEncoder.of(ReferenceModels.withoutDropout(6), EncoderOptions.defaults());
    guide =
        SentenceEncoder.of(ReferenceModels.withoutDropout(GUIDE_LAYERS), EncoderOptions.defaults());
  }

  @AfterAll
  void close() {
    if (guide != null) {
      guide.close();
    }
    if (encoder != null) {
      encoder.close();
    }
  }

  @TestFactory
  List<DynamicTest> backward_fixedBatch_matchesLossAndGradientNorms() {
    return reference.get("losses").properties().stream()
        .map(
            entry ->
                DynamicTest.dynamicTest(
                    entry.getKey(), () -> check(entry.getKey(), entry.getValue())))
        .toList();
  }

  private void check(String name, JsonNode expected) {
    TrainingSet set = set(name, reference.at("/batches/" + expected.get("batch").asText()));
    int[] all = IntStream.range(0, set.size()).toArray();
    TrainableModel model = TrainableModel.of(encoder);
    AdamW.Settings settings = TrainingPlan.builder().build().optimizer();
    // near-zero gradients are known no better than float32 knows them
    double rounding = expected.get("max_rel_diff_float32_float64").asDouble();
    try (SentenceLoss loss = loss(name, expected);
        TrainedWeights weights = new TrainedWeights(model, loss.parameters());
        AdamW optimizer = AdamW.over(encoder.manager(), weights.current(), settings);
        NDManager scope = encoder.manager().newSubManager()) {
      loss.inputs().check(set.columnCount(), set.labels());
      float value = addGradients(loss, model, set, all, scope);
      double wanted = expected.get("loss").asDouble();
      assertThat((double) value).isCloseTo(wanted, within((1e-5 + 3 * rounding) * wanted));
      double tolerance = 1e-4 + 3 * rounding;
      assertClose(
          optimizer.norm(scope).getFloat(), expected.get("grad_norm_total").asDouble(), tolerance);
      expected
          .get("grad_norms")
          .properties()
          .forEach(
              entry ->
                  assertClose(
                      norm(weights, entry.getKey()), entry.getValue().asDouble(), tolerance));
    }
  }

  private static float addGradients(
      SentenceLoss loss, TrainableModel model, TrainingSet set, int[] all, NDManager scope) {
    NDArray labels = set.batchLabels(scope, all);
    if (loss.miniBatchSize().isPresent()) {
      return new GradientCache(model, loss, loss.miniBatchSize().getAsInt(), 1)
          .addGradients(scope, set.batch(all), labels, 1)
          .value()
          .getFloat();
    }
    try (Autograd tape = Autograd.record()) {
      NDArray value = loss.compute(model.run(scope, set.batch(all)).columns(), labels);
      tape.backward(value);
      return value.getFloat();
    }
  }

  private static void assertClose(double norm, double wanted, double tolerance) {
    assertThat(norm).isCloseTo(wanted, within(tolerance * wanted));
  }

  private static double norm(TrainedWeights weights, String name) {
    try (NDArray gradient = weights.current().get(name).getGradient()) {
      double squares = 0;
      for (float value : gradient.toFloatArray()) {
        squares += (double) value * value;
      }
      return Math.sqrt(squares);
    }
  }

  private TrainingSet set(String name, JsonNode batch) {
    JsonNode texts =
        batch.has("texts_from")
            ? reference.at("/batches/" + batch.get("texts_from").asText() + "/texts")
            : batch.get("texts");
    List<List<String>> columns =
        StreamSupport.stream(texts.spliterator(), false).map(ReferenceModels::texts).toList();
    TrainingSet set = TrainingSet.of(encoder.tokenizer(), columns, labels(batch));
    return name.startsWith("GIST") ? set.labelledBy(guide) : set;
  }

  private static float[] labels(JsonNode batch) {
    JsonNode labels = batch.get("labels");
    if (labels == null || labels.isNull()) {
      return null;
    }
    float[] values = new float[labels.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) labels.get(i).asDouble();
    }
    return values;
  }

  private SentenceLoss loss(String name, JsonNode expected) {
    if (!name.equals("SoftmaxLoss")) {
      return ReferenceLosses.of(name, expected.get("params"));
    }
    Map<String, TensorData> head =
        Safetensors.read(SharedData.path("reference/losses.safetensors"));
    return SoftmaxLoss.of(
        encoder.manager().create(head.get("classifier.weight").floats()).reshape(3, 1152),
        encoder.manager().create(head.get("classifier.bias").floats()));
  }
}
