package io.silverspark.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.silverspark.model.data.ScoredPair;
import io.silverspark.model.data.TextPair;
import io.silverspark.model.encoder.CrossEncoder;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.files.PoolingMode;
import io.silverspark.model.loss.BinaryCrossEntropyLoss;
import io.silverspark.model.loss.CategoricalCrossEntropyLoss;
import io.silverspark.model.loss.ChosenLoss;
import io.silverspark.model.loss.CosineSimilarityLoss;
import io.silverspark.model.loss.LossRecipe;
import io.silverspark.model.loss.MultipleNegativesRankingLoss;
import io.silverspark.model.loss.SentenceLoss;
import io.silverspark.model.loss.SoftmaxLoss;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Thirty optimizer steps of sentence-transformers, step by step: losses, gradients, schedule, decay
 * and clipping, with the small BERT of {@link ArchitectureParityTest}. The numbers were made by the
 * program that their {@code generator} names. TrainingReferenceTest and
 * CrossEncoderTrainingReferenceTest do the same with the whole of MiniLM.
 */
class TrainingGoldenTest {
  private static final String FILE = "training-sentence-transformers-6.0.1.json";
  private static final EncoderOptions OPTIONS = EncoderOptions.defaults().withWorkers(1);

  private final JsonNode golden = read();
  private final RecordedSteps recorded = new RecordedSteps();

  @TempDir private Path folder;

  private static JsonNode read() {
    try (InputStream in = TrainingGoldenTest.class.getResourceAsStream(FILE)) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CosineSimilarityLoss",
        "MultipleNegativesRankingLoss",
        "SoftmaxLoss",
        "AdaptiveLayerLoss",
        "Matryoshka2dLoss"
      })
  void train_thirtySteps_followsThePeer(String name) throws IOException {
    JsonNode expected = golden.at("/dense/" + name);
    JsonNode architecture = ArchitectureParityTest.recorded("bert");
    Path model =
        ArchitectureParityTest.directory(folder, architecture, architecture.get("encoder"));
    ArchitectureParityTest.pooling(model, PoolingMode.MEAN);
    try (SentenceEncoder encoder = SentenceEncoder.load(model.toString(), OPTIONS);
        SentenceLoss loss = loss(name, encoder)) {
      TrainingSet set =
          expected.has("labels")
              ? TrainingSet.ofScoredPairs(encoder.tokenizer(), scored(expected.get("labels")))
              : TrainingSet.ofPairs(encoder.tokenizer(), pairs());
      train(TrainableModel.of(encoder), loss, set, expected);
      assertRows(
          encoder.encode(ReferenceModels.texts(golden.get("probes"))),
          expected.get("embeddings_after"));
      if (name.equals("SoftmaxLoss")) {
        float[] bias = loss.parameters().get("classifier.bias").toFloatArray();
        assertRow(bias, expected.get("classifier_bias_after"), 0);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void trainCrossEncoder_thirtySteps_followsThePeer(int labels) throws IOException {
    JsonNode expected = golden.at("/cross/" + labels);
    try (CrossEncoder encoder = CrossEncoder.load(crossEncoder(labels).toString(), OPTIONS);
        SentenceLoss loss =
            labels == 1 ? new BinaryCrossEntropyLoss() : new CategoricalCrossEntropyLoss(labels)) {
      assertRows(encoder.logits(pairs()), expected.get("logits_before"));
      TrainingSet set =
          TrainingSet.forCrossEncoder(encoder.tokenizer(), scored(expected.get("labels")));
      train(TrainableModel.of(encoder), loss, set, expected);
      assertRows(encoder.logits(pairs()), expected.get("logits_after"));
    }
  }

  private Path crossEncoder(int labels) throws IOException {
    JsonNode architecture = ArchitectureParityTest.recorded("bert");
    ObjectNode model = architecture.get("classifier").deepCopy();
    ObjectNode config = (ObjectNode) model.get("config");
    config.remove(List.of("id2label", "label2id"));
    config.put("num_labels", labels);
    ObjectNode weights = (ObjectNode) model.get("weights");
    int width = config.get("hidden_size").asInt();
    weights.putArray("classifier.weight").add(labels).add(width);
    weights.putArray("classifier.bias").add(labels);
    return ArchitectureParityTest.directory(folder, architecture, model);
  }

  private void train(TrainableModel model, SentenceLoss loss, TrainingSet set, JsonNode expected) {
    JsonNode settings = golden.get("settings");
    TrainingPlan plan =
        TrainingPlan.builder()
            .maxSteps(settings.get("steps").asInt())
            .learningRate(settings.get("peak").asDouble())
            .warmupSteps(settings.get("warmup").asInt())
            .weightDecay(0.01)
            .build();
    new Trainer(model, loss, plan)
        .nativeThreads(1)
        .listener(recorded)
        .train(set, ReferenceModels.batches(expected.get("batches")));
    JsonNode steps = expected.get("steps");
    assertThat(recorded.steps).hasSize(steps.size());
    for (int i = 0; i < steps.size(); i++) {
      double norm = steps.get(i).get(1).asDouble();
      assertThat(recorded.steps.get(i).loss())
          .as("loss of step %d", i)
          .isCloseTo(steps.get(i).get(0).asDouble(), within(2e-5));
      assertThat(recorded.steps.get(i).gradientNorm())
          .as("gradient norm of step %d", i)
          .isCloseTo(norm, within(1e-3 * norm));
      assertThat(recorded.steps.get(i).learningRate())
          .isCloseTo(steps.get(i).get(2).asDouble(), within(1e-12));
    }
  }

  private static SentenceLoss loss(String name, SentenceEncoder encoder) {
    return switch (name) {
      case "CosineSimilarityLoss" -> new CosineSimilarityLoss();
      case "MultipleNegativesRankingLoss" -> new MultipleNegativesRankingLoss();
      case "AdaptiveLayerLoss" ->
          ofAllLayers(name, encoder, Map.of("loss", "MultipleNegativesRankingLoss"));
      case "Matryoshka2dLoss" ->
          ofAllLayers(
              name,
              encoder,
              Map.of(
                  "loss", "CosineSimilarityLoss",
                  "matryoshkaDims", "8, 4",
                  "nDimsPerStep", "-1",
                  "layerWeighting", "log"));
      default ->
          SoftmaxLoss.of(
              encoder
                  .manager()
                  .create(ArchitectureParityTest.tensor("classifier.weight", 3, 24).floats())
                  .reshape(3, 24),
              encoder.manager().create(new float[3]));
    };
  }

  private static SentenceLoss ofAllLayers(
      String name, SentenceEncoder encoder, Map<String, String> given) {
    Map<String, String> parameters = new HashMap<>(given);
    parameters.put("nLayersPerStep", "-1"); // the peer draws by other random numbers
    return ChosenLoss.of(name, parameters)
        .read()
        .create(new LossRecipe.Model(encoder.manager(), encoder.dimension(), encoder.layers(), 1));
  }

  private List<TextPair> pairs() {
    List<TextPair> pairs = new ArrayList<>();
    golden
        .get("examples")
        .forEach(each -> pairs.add(new TextPair(each.get(0).asText(), each.get(1).asText())));
    return pairs;
  }

  private List<ScoredPair> scored(JsonNode labels) {
    List<ScoredPair> scored = new ArrayList<>();
    for (TextPair pair : pairs()) {
      float label = (float) labels.get(scored.size()).asDouble();
      scored.add(new ScoredPair(pair.first(), pair.second(), label));
    }
    return scored;
  }

  private static void assertRows(float[][] rows, JsonNode expected) {
    assertThat(rows).hasNumberOfRows(expected.size());
    for (int row = 0; row < rows.length; row++) {
      assertRow(rows[row], expected.get(row), row);
    }
  }

  private static void assertRow(float[] found, JsonNode expected, int row) {
    for (int i = 0; i < found.length; i++) {
      assertThat((double) found[i])
          .as("number %d of row %d", i, row)
          .isCloseTo(expected.get(i).asDouble(), within(1e-4));
    }
  }
}
