package io.silverspark.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import io.silverspark.SharedData;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.files.Safetensors;
import io.silverspark.model.files.TensorData;
import io.silverspark.model.loss.CosineSimilarityLoss;
import io.silverspark.model.loss.MultipleNegativesRankingLoss;
import io.silverspark.model.loss.SentenceLoss;
import io.silverspark.model.loss.SoftmaxLoss;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One forward and backward pass of sentence-transformers 6.0.1 through all of MiniLM. */
class LossGradientReferenceTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "SoftmaxLoss",
        "CosineSimilarityLoss",
        "MultipleNegativesRankingLoss_pairs",
        "MultipleNegativesRankingLoss_caption_pairs",
        "MultipleNegativesRankingLoss_triplets"
      })
  void backward_fixedBatch_matchesLossAndGradientNorms(String name) {
    JsonNode reference = ReferenceModels.read("losses.json");
    JsonNode expected = reference.at("/losses/" + name);
    JsonNode batch = reference.at("/batches/" + expected.get("batch").asText());
    List<List<String>> columns =
        StreamSupport.stream(batch.get("texts").spliterator(), false)
            .map(ReferenceModels::texts)
            .toList();
    try (SentenceEncoder encoder =
            SentenceEncoder.of(ReferenceModels.withoutDropout(6), EncoderOptions.defaults());
        SentenceLoss loss = loss(name, encoder)) {
      check(encoder, loss, TrainingSet.of(encoder.tokenizer(), columns, labels(batch)), expected);
    }
  }

  private static void check(
      SentenceEncoder encoder, SentenceLoss loss, TrainingSet set, JsonNode expected) {
    int[] all = IntStream.range(0, set.size()).toArray();
    TrainableModel model = TrainableModel.of(encoder);
    AdamW.Settings settings = TrainingPlan.builder().build().optimizer();
    try (TrainedWeights weights = new TrainedWeights(model, loss);
        AdamW optimizer = AdamW.over(encoder.manager(), weights.current(), settings);
        NDManager scope = encoder.manager().newSubManager();
        Autograd tape = Autograd.record()) {
      LengthSortedPasses.Output output =
          LengthSortedPasses.DEFAULT.run(model, scope, set.batch(all));
      float[] labels = set.batchLabels(all);
      NDArray value = loss.compute(output.columns(), labels == null ? null : scope.create(labels));
      tape.backward(value);

      double wanted = expected.get("loss").asDouble();
      assertThat((double) value.getFloat()).isCloseTo(wanted, within(1e-5 * wanted));
      assertClose(optimizer.gradientNorm(), expected.get("grad_norm_total").asDouble());
      expected
          .get("grad_norms")
          .properties()
          .forEach(
              entry -> assertClose(norm(weights, entry.getKey()), entry.getValue().asDouble()));
    }
  }

  private static void assertClose(double norm, double wanted) {
    assertThat(norm).isCloseTo(wanted, within(1e-4 * wanted));
  }

  private static double norm(TrainedWeights weights, String name) {
    String key = name.startsWith("classifier") ? "loss." + name : name;
    try (NDArray gradient = weights.current().get(key).getGradient()) {
      double squares = 0;
      for (float value : gradient.toFloatArray()) {
        squares += (double) value * value;
      }
      return Math.sqrt(squares);
    }
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

  private static SentenceLoss loss(String name, SentenceEncoder encoder) {
    if (name.equals("CosineSimilarityLoss")) {
      return new CosineSimilarityLoss();
    }
    if (!name.equals("SoftmaxLoss")) {
      return new MultipleNegativesRankingLoss();
    }
    Map<String, TensorData> head =
        Safetensors.read(SharedData.path("reference/losses.safetensors"));
    return SoftmaxLoss.of(
        encoder.manager().create(head.get("classifier.weight").floats()).reshape(3, 1152),
        encoder.manager().create(head.get("classifier.bias").floats()));
  }
}
