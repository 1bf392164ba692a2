package io.silverspark.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.silverspark.model.data.ScoredPair;
import io.silverspark.model.encoder.Autograd;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.files.LoraConfig;
import io.silverspark.model.files.PoolingMode;
import io.silverspark.model.loss.CosineSimilarityLoss;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * Adapters on every linear layer of each architecture against PEFT: vectors, loss and gradients of
 * A and B, recorded in {@code encoder/lora.json}, whose {@code generator} says how.
 *
 * <p>transformers computes Nomic BERT and GTE with other layers than their files have.
 */
class LoraParityTest {
  static final List<String> TYPES =
      ArchitectureParityTest.TYPES.stream()
          .filter(type -> !List.of("nomic_bert", "gte").contains(type))
          .toList();

  /** Architectures whose gradients are recorded whole, with joined queries and without. */
  private static final List<String> BY_ELEMENT = List.of("bert", "modernbert");

  private static final LoraConfig ALL = new LoraConfig(2, 6, 0, List.of(LoraConfig.ALL_LINEAR));

  @TempDir private Path folder;

  @ParameterizedTest
  @FieldSource("TYPES")
  void gradients_equalPefts(String type) throws IOException {
    JsonNode expected = recorded().get(type);
    try (SentenceEncoder encoder = adapted(type)) {
      assertRows(
          encoder.encode(texts(ArchitectureParityTest.recorded(type), 4)),
          expected.get("embeddings"));
      TrainableModel model = TrainableModel.of(encoder);
      List<ScoredPair> pairs = new ArrayList<>();
      for (JsonNode row : ArchitectureParityTest.recorded(type).at("/training/examples")) {
        pairs.add(
            new ScoredPair(
                row.get(0).asText(), row.get(1).asText(), (float) row.get(2).asDouble()));
      }
      TrainingSet set = TrainingSet.ofScoredPairs(encoder.tokenizer(), pairs);
      int[] all = IntStream.range(0, set.size()).toArray();
      model.parameters().values().forEach(array -> array.setRequiresGradient(true));
      try (NDManager scope = encoder.manager().newSubManager();
          Autograd tape = Autograd.record()) {
        NDArray loss =
            new CosineSimilarityLoss()
                .compute(model.run(scope, set.batch(all)).columns(), set.batchLabels(scope, all));
        tape.backward(loss);
        assertThat((double) loss.getFloat())
            .isCloseTo(expected.get("loss").asDouble(), within(1e-5));
      }
      assertThat(model.parameters()).hasSameSizeAs(expected.get("gradient_norms"));
      Map<String, NDArray> byName = byPythonName(encoder);
      expected
          .get("gradient_norms")
          .properties()
          .forEach(
              norm -> {
                double wanted = norm.getValue().asDouble();
                try (NDArray gradient = byName.get(norm.getKey()).getGradient()) {
                  assertThat((double) gradient.norm().getFloat())
                      .as(norm.getKey())
                      .isCloseTo(wanted, within(1e-4 * wanted + 1e-7));
                }
              });
      assertThat(expected.has("gradients")).isEqualTo(BY_ELEMENT.contains(type));
      expected
          .path("gradients")
          .properties()
          .forEach(gradient -> assertElements(gradient, byName.get(gradient.getKey())));
    }
  }

  /** Each element within 1e-4 of the gradient's root mean square. */
  private static void assertElements(Map.Entry<String, JsonNode> expected, NDArray weight) {
    JsonNode wanted = expected.getValue();
    try (NDArray array = weight.getGradient()) {
      float[] found = array.toFloatArray();
      assertThat(found).hasSize(wanted.size());
      double scale = array.norm().getFloat() / Math.sqrt(found.length);
      for (int i = 0; i < found.length; i++) {
        assertThat((double) found[i])
            .as("%s, element %d", expected.getKey(), i)
            .isCloseTo(wanted.get(i).asDouble(), within(1e-4 * scale + 1e-7));
      }
    }
  }

  @ParameterizedTest
  @FieldSource("TYPES")
  void save_writesTheMergedModelAndTheAdapterThatGiveTheSameVectors(String type)
      throws IOException {
    JsonNode expected = recorded().get(type).get("embeddings");
    List<String> texts = texts(ArchitectureParityTest.recorded(type), 4);
    Path written = folder.resolve("written");
    try (SentenceEncoder encoder = adapted(type)) {
      encoder.save(written, "# Card");
    }
    for (Path directory : List.of(written, written.resolve("adapter"))) {
      try (SentenceEncoder again = SentenceEncoder.load(directory.toString(), options())) {
        assertRows(again.encode(texts), expected);
      }
    }
  }

  /** The model of the architecture with A and B by the formula, under the names of PEFT. */
  private SentenceEncoder adapted(String type) throws IOException {
    JsonNode recorded = ArchitectureParityTest.recorded(type);
    Path directory = ArchitectureParityTest.directory(folder, recorded, recorded.get("encoder"));
    ArchitectureParityTest.pooling(directory, PoolingMode.MEAN);
    SentenceEncoder encoder = SentenceEncoder.load(directory.toString(), options());
    encoder.addAdapter(ALL, directory.toString(), 1);
    byPythonName(encoder)
        .forEach(
            (name, array) ->
                array.set(
                    ArchitectureParityTest.tensor(name, array.getShape().getShape()).floats()));
    encoder.parametersChanged();
    return encoder;
  }

  private static Map<String, NDArray> byPythonName(SentenceEncoder encoder) {
    Map<String, NDArray> named = new LinkedHashMap<>();
    for (LoraConfig.Module module : ALL.modules(encoder.files().config())) {
      named.put(module.name() + ".lora_A.weight", encoder.parameters().get(module.a()));
      named.put(module.name() + ".lora_B.weight", encoder.parameters().get(module.b()));
    }
    return named;
  }

  private static JsonNode recorded() throws IOException {
    try (InputStream in =
        LoraParityTest.class.getResourceAsStream("/io/silverspark/model/encoder/lora.json")) {
      return new ObjectMapper().readTree(in);
    }
  }

  private static List<String> texts(JsonNode recorded, int count) {
    return IntStream.range(0, count).mapToObj(i -> recorded.get("texts").get(i).asText()).toList();
  }

  private static EncoderOptions options() {
    return EncoderOptions.defaults().withWorkers(1);
  }

  private static void assertRows(float[][] actual, JsonNode expected) {
    assertThat(actual).hasNumberOfRows(expected.size());
    for (int row = 0; row < actual.length; row++) {
      for (int i = 0; i < actual[row].length; i++) {
        assertThat((double) actual[row][i])
            .as("component %d of text %d", i, row)
            .isCloseTo(expected.get(row).get(i).asDouble(), within(1e-5));
      }
    }
  }
}
