package io.silverspark.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.silverspark.SharedData;
import io.silverspark.model.data.ScoredPair;
import io.silverspark.model.data.TextPair;
import io.silverspark.model.encoder.CrossEncoder;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.files.ModelFiles;
import io.silverspark.model.files.Safetensors;
import io.silverspark.model.files.TensorData;
import io.silverspark.model.loss.BinaryCrossEntropyLoss;
import io.silverspark.model.loss.CategoricalCrossEntropyLoss;
import io.silverspark.model.loss.SentenceLoss;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Twenty steps of sentence-transformers 6.0.1's CrossEncoder over MiniLM, with 1 and 2 labels. */
@Tag("cluster")
class CrossEncoderTrainingReferenceTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void train_twentySteps_followsTheReference(int labels) {
    JsonNode reference = ReferenceModels.read("cross_encoder.json");
    JsonNode expected = reference.at("/variants/num_labels_" + labels);
    RecordedSteps recorded = new RecordedSteps();
    SentenceLoss loss =
        labels == 1 ? new BinaryCrossEntropyLoss() : new CategoricalCrossEntropyLoss(labels);
    try (CrossEncoder encoder = CrossEncoder.of(files(labels), EncoderOptions.defaults())) {
      checkRows(
          encoder.logits(pairs(reference.get("logit_pairs"))), expected.get("logits_before"), 1e-5);
      TrainingSet set =
          TrainingSet.forCrossEncoder(
              encoder.tokenizer(), examples(reference.get("train_examples")));
      new Trainer(TrainableModel.of(encoder), loss, plan())
          .nativeThreads(1)
          .listener(recorded)
          .train(set, ReferenceModels.batches(reference.get("batches")));

      checkSteps(recorded.steps, expected);
      checkRows(
          probabilities(encoder.logits(pairs(reference.get("final_pairs")))),
          expected.get("final_probabilities"),
          1e-4);
    }
  }

  private static TrainingPlan plan() {
    return TrainingPlan.builder()
        .epochs(1)
        .learningRate(2e-5)
        .warmupSteps(2)
        .weightDecay(0.01)
        .build();
  }

  private static ModelFiles files(int labels) {
    Map<String, TensorData> head =
        Safetensors.read(SharedData.path("reference/cross_encoder.safetensors"));
    ModelFiles files = ReferenceModels.withoutDropout(6);
    Map<String, TensorData> weights = new LinkedHashMap<>(files.weights());
    head.forEach(
        (name, tensor) -> {
          if (!name.startsWith("classifier")) {
            weights.put(name, tensor);
          } else if (name.startsWith("classifier" + labels)) {
            weights.put(name.replace("classifier" + labels, "classifier"), tensor);
          }
        });
    return files.withWeights(weights).withConfig(files.config().withNumLabels(labels));
  }

  private static List<TextPair> pairs(JsonNode examples) {
    List<TextPair> pairs = new ArrayList<>();
    examples.forEach(
        each ->
            pairs.add(
                new TextPair(
                    each.get("texts").get(0).asText(), each.get("texts").get(1).asText())));
    return pairs;
  }

  private static List<ScoredPair> examples(JsonNode examples) {
    List<ScoredPair> pairs = new ArrayList<>();
    examples.forEach(
        each ->
            pairs.add(
                new ScoredPair(
                    each.get("texts").get(0).asText(),
                    each.get("texts").get(1).asText(),
                    (float) each.get("label").asDouble())));
    return pairs;
  }

  private static void checkSteps(List<TrainingListener.StepReport> steps, JsonNode expected) {
    assertThat(steps).hasSize(20);
    for (int i = 0; i < steps.size(); i++) {
      TrainingListener.StepReport step = steps.get(i);
      double norm = expected.get("grad_norm_before_clip").get(i).asDouble();
      assertThat(step.loss())
          .as("loss of step %d", i)
          .isCloseTo(expected.get("loss").get(i).asDouble(), within(1e-5));
      assertThat(step.gradientNorm())
          .as("gradient norm of step %d", i)
          .isCloseTo(norm, within(1e-3 * norm));
      assertThat(step.learningRate())
          .isCloseTo(expected.get("learning_rate").get(i).asDouble(), within(5.1e-12));
    }
  }

  private static float[][] probabilities(float[][] logits) {
    float[][] probabilities = new float[logits.length][];
    for (int row = 0; row < logits.length; row++) {
      double[] weights = new double[logits[row].length];
      double sum = logits[row].length == 1 ? 1 : 0;
      for (int i = 0; i < weights.length; i++) {
        weights[i] = Math.exp(logits[row][i]);
        sum += weights[i];
      }
      probabilities[row] = new float[weights.length];
      for (int i = 0; i < weights.length; i++) {
        probabilities[row][i] = (float) (weights[i] / sum);
      }
    }
    return probabilities;
  }

  private static void checkRows(float[][] rows, JsonNode expected, double tolerance) {
    assertThat(rows.length).isEqualTo(expected.size());
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < rows[i].length; j++) {
        JsonNode wanted = rows[i].length == 1 ? expected.get(i) : expected.get(i).get(j);
        assertThat((double) rows[i][j]).isCloseTo(wanted.asDouble(), within(tolerance));
      }
    }
  }
}
