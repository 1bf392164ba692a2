package io.silverspark.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Thirty optimizer steps of sentence-transformers 6.0.1 with MiniLM, step by step. */
@Tag("cluster")
class TrainingReferenceTest {
  @ParameterizedTest
  @ValueSource(strings = {"CosineSimilarityLoss", "MultipleNegativesRankingLoss", "SoftmaxLoss"})
  void train_thirtySteps_followsTheReference(String name) {
    JsonNode reference = ReferenceModels.read("training.json");
    JsonNode expected = reference.at("/runs/" + name);
    RecordedSteps recorded = new RecordedSteps();
    try (SentenceEncoder encoder =
            SentenceEncoder.of(ReferenceModels.withoutDropout(6), EncoderOptions.defaults());
        SentenceLoss loss = loss(name, encoder)) {
      JsonNode examples = expected.get("examples");
      TrainingSet set =
          TrainingSet.of(
              encoder.tokenizer(),
              List.of(ReferenceModels.column(examples, 0), ReferenceModels.column(examples, 1)),
              ReferenceModels.labels(examples));
      new Trainer(TrainableModel.of(encoder), loss, plan())
          .nativeThreads(1)
          .listener(recorded)
          .train(set, ReferenceModels.batches(expected.get("batches")));

      checkSteps(recorded.steps, expected);
      float[][] after = encoder.encode(ReferenceModels.texts(reference.get("probe_texts")));
      for (int i = 0; i < after.length; i++) {
        double[] wanted = ReferenceModels.numbers(expected.get("embeddings_after").get(i));
        for (int j = 0; j < wanted.length; j++) {
          assertThat((double) after[i][j]).isCloseTo(wanted[j], within(2e-4));
        }
      }
      checkClassifier(loss, expected);
    }
  }

  private static TrainingPlan plan() {
    return TrainingPlan.builder()
        .epochs(1)
        .learningRate(2e-5)
        .warmupSteps(3)
        .weightDecay(0.01)
        .build();
  }

  private static SentenceLoss loss(String name, SentenceEncoder encoder) {
    return switch (name) {
      case "CosineSimilarityLoss" -> new CosineSimilarityLoss();
      case "MultipleNegativesRankingLoss" -> new MultipleNegativesRankingLoss();
      default -> {
        Map<String, TensorData> head =
            Safetensors.read(SharedData.path("reference/training.safetensors"));
        yield SoftmaxLoss.of(
            encoder
                .manager()
                .create(head.get("softmax.classifier.weight").floats())
                .reshape(3, 1152),
            encoder.manager().create(head.get("softmax.classifier.bias").floats()));
      }
    };
  }

  private static void checkSteps(List<TrainingListener.StepReport> steps, JsonNode expected) {
    assertThat(steps).hasSize(30);
    for (int i = 0; i < steps.size(); i++) {
      TrainingListener.StepReport step = steps.get(i);
      double norm = expected.get("grad_norm_before_clip").get(i).asDouble();
      assertThat(step.loss())
          .as("loss of step %d", i)
          .isCloseTo(expected.get("loss").get(i).asDouble(), within(1e-4));
      assertThat(step.gradientNorm())
          .as("gradient norm of step %d", i)
          .isCloseTo(norm, within(norm < 0.05 ? 5e-3 * norm + 1e-5 : 1e-3 * norm));
      assertThat(step.learningRate())
          .isCloseTo(expected.get("learning_rate").get(i).asDouble(), within(5.1e-12));
    }
  }

  private static void checkClassifier(SentenceLoss loss, JsonNode expected) {
    if (loss.parameters().isEmpty()) {
      return;
    }
    float[] bias = loss.parameters().get("classifier.bias").toFloatArray();
    double[] wanted = ReferenceModels.numbers(expected.get("classifier_bias_after"));
    for (int i = 0; i < bias.length; i++) {
      assertThat((double) bias[i]).isCloseTo(wanted[i], within(2e-6));
    }
    double squares = 0;
    for (float weight : loss.parameters().get("classifier.weight").toFloatArray()) {
      squares += (double) weight * weight;
    }
    assertThat(Math.sqrt(squares))
        .isCloseTo(expected.get("classifier_weight_norm_after").asDouble(), within(1e-4));
  }
}
