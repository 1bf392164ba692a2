package io.silverspark.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import io.silverspark.model.encoder.Autograd;
import io.silverspark.model.encoder.DenoisingAutoEncoder;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.files.ModelFiles;
import io.silverspark.model.files.PoolingMode;
import io.silverspark.model.files.SentenceModules;
import io.silverspark.model.files.TensorData;
import io.silverspark.model.loss.DenoisingAutoEncoderLoss;
import io.silverspark.model.pretraining.TokenPredictionModel;
import io.silverspark.model.tokenizer.TokenizedText;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Loss and gradients of DenoisingAutoEncoderLoss of sentence-transformers 6.0.1. */
class DenoisingAutoEncoderReferenceTest {
  /** Where the one key of a softmax gets its gradient from: rounding alone. */
  private static final double ROUNDING = 1e-7;

  private final JsonNode reference = ReferenceModels.read("tsdae.json");

  @TestFactory
  List<DynamicTest> backward_fixedBatch_matchesLossAndGradientNorms() {
    return reference.get("cases").properties().stream()
        .map(
            each ->
                DynamicTest.dynamicTest(each.getKey(), () -> check(each.getKey(), each.getValue())))
        .toList();
  }

  private void check(String name, JsonNode expected) {
    ModelFiles files =
        ReferenceModels.withoutDropout(expected.get("layers").asInt())
            .withModules(
                SentenceModules.of(
                    PoolingMode.valueOf(expected.get("pooling").asText().toUpperCase(Locale.ROOT)),
                    expected.get("normalize").asBoolean()));
    try (SentenceEncoder encoder = SentenceEncoder.of(files, EncoderOptions.defaults());
        DenoisingAutoEncoder model = DenoisingAutoEncoder.of(encoder, generated(expected))) {
      TokenPredictionModel trainable = new TokenPredictionModel(model);
      DenoisingAutoEncoderLoss loss = new DenoisingAutoEncoderLoss();
      JsonNode batch = reference.get("batch");
      List<List<TokenizedText>> columns =
          List.of(
              encoder.tokenizer().encodeAll(ReferenceModels.texts(batch.get("source_noised"))),
              encoder.tokenizer().encodeAll(ReferenceModels.texts(batch.get("target"))));
      try (TrainedWeights weights = new TrainedWeights(trainable, loss.parameters());
          AdamW optimizer =
              AdamW.over(
                  encoder.manager(),
                  weights.current(),
                  TrainingPlan.builder().build().optimizer());
          NDManager scope = encoder.manager().newSubManager();
          Autograd tape = Autograd.record()) {
        NDArray value = loss.compute(trainable.run(scope, columns).columns(), null);
        tape.backward(value);

        double wanted = expected.get("loss").asDouble();
        assertThat((double) value.getFloat()).as(name).isCloseTo(wanted, within(1e-5 * wanted));
        assertClose(optimizer.norm(scope).getFloat(), expected.get("grad_norm_total").asDouble());
        expected
            .get("grad_norms")
            .properties()
            .forEach(e -> assertClose(norm(weights, e.getKey()), e.getValue().asDouble()));
      }
    }
  }

  private static void assertClose(double norm, double wanted) {
    assertThat(norm).isCloseTo(wanted, within(Math.max(ROUNDING, 1e-4 * wanted)));
  }

  private static double norm(TrainedWeights weights, String name) {
    try (NDArray gradient =
        weights.current().get(name.replaceFirst("^bert\\.", "")).getGradient()) {
      double squares = 0;
      for (float value : gradient.toFloatArray()) {
        squares += (double) value * value;
      }
      return Math.sqrt(squares);
    }
  }

  private static Map<String, TensorData> generated(JsonNode expected) {
    Map<String, TensorData> weights = new HashMap<>();
    for (JsonNode parameter : expected.get("generated_parameters")) {
      long[] shape = new long[parameter.get("shape").size()];
      for (int i = 0; i < shape.length; i++) {
        shape[i] = parameter.get("shape").get(i).asLong();
      }
      float[] values = new float[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
      if (parameter.has("fill")) {
        Arrays.fill(values, (float) parameter.get("fill").asDouble());
      } else {
        fill(values, parameter);
      }
      weights.put(
          parameter.get("name").asText().replaceFirst("^bert\\.", ""),
          TensorData.ofFloats(values, shape));
    }
    return weights;
  }

  private static void fill(float[] values, JsonNode parameter) {
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      long z = parameter.get("seed").asLong() + (i + 1) * 0x9E3779B97F4A7C15L;
      z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
      z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
      z ^= z >>> 31;
      values[i] = (float) (((z >>> 40) * 0x1p-23 - 1) * parameter.get("scale").asDouble());
      sum += values[i];
    }
    assertThat(sum).isCloseTo(parameter.get("sum").asDouble(), within(1e-3));
  }
}
