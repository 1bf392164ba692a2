package io.silverspark.model.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.silverspark.model.files.ModelDirectory;
import io.silverspark.model.files.ModelFiles;
import io.silverspark.model.files.PoolingMode;
import io.silverspark.model.files.Safetensors;
import io.silverspark.model.files.TensorData;
import io.silverspark.model.files.TinyModel;
import io.silverspark.model.prompt.Prompt;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Modules after the transformer, against numbers that sentence-transformers gave for three texts of
 * 5, 1 and 3 tokens: vectors, and the gradients of their weighted sum.
 */
class ModuleSequenceTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonNode GOLDEN = golden();

  @TempDir private Path directory;

  private static JsonNode golden() {
    try (InputStream in =
        ModuleSequenceTest.class.getResourceAsStream("modules-sentence-transformers-6.0.1.json")) {
      return JSON.readTree(in);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  static Stream<String> cases() {
    return GOLDEN.get("cases").properties().stream().map(Map.Entry::getKey);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void embed_modulesOfADirectory_givesVectorsAndGradientsOfSentenceTransformers(String name)
      throws IOException {
    JsonNode golden = GOLDEN.get("cases").get(name);
    write(golden);
    ModelFiles files = ModelDirectory.read(directory);
    assertThat(files.dimension()).isEqualTo(golden.get("dimension").asInt());
    try (NDManager manager = TorchEngine.open("cpu");
        Transformer transformer = Transformer.load(manager, files, Precision.FP32);
        ModuleSequence modules = ModuleSequence.load(manager, files, transformer)) {
      NDArray tokens = array(manager, GOLDEN.get("tokens"), new Shape(3, 5, 4));
      tokens.setRequiresGradient(true);
      modules.parameters().values().forEach(weight -> weight.setRequiresGradient(true));
      NDArray lengths = manager.create(new long[] {5, 1, 3});
      TokenBatch batch =
          new TokenBatch(null, null, lengths, manager.zeros(lengths.getShape(), DataType.INT64));
      try (Autograd tape = Autograd.record()) {
        NDArray vectors = modules.embed(manager, tokens, batch, true);
        assertSame(vectors, golden.get("embeddings"), name);
        int size = (int) vectors.size();
        float[] weights = new float[size];
        for (int i = 0; i < size; i++) {
          weights[i] = (i + 1f) / size;
        }
        tape.backward(vectors.mul(manager.create(weights, vectors.getShape())).sum());
      }
      assertSame(tokens.getGradient(), golden.get("token_gradient"), "tokens");
      assertThat(modules.parameters()).hasSize(golden.get("weights").size());
      modules
          .parameters()
          .forEach(
              (weight, array) ->
                  assertSame(
                      array.getGradient(),
                      golden.get("weights").get(weight).get("gradient"),
                      weight));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void write_modulesOfADirectory_givesTheSameModulesAndWeights(String name) throws IOException {
    write(GOLDEN.get("cases").get(name));
    ModelFiles files = ModelDirectory.read(directory);
    Path saved = directory.resolveSibling(directory.getFileName() + "-saved");
    ModelDirectory.write(files, saved, "");
    ModelFiles again = ModelDirectory.read(saved);
    assertThat(again.modules()).isEqualTo(files.modules());
    assertThat(again.weights()).isEqualTo(files.weights());
  }

  @Test
  void encode_truncatedModel_givesTheFirstComponentsButWholeVectorsToLosses() {
    ModelFiles whole = TinyModel.random(0);
    ModelFiles cut = whole.withSettings(whole.settings().withTruncateDim(OptionalInt.of(6)));
    EncoderOptions options = EncoderOptions.defaults().withWorkers(1);
    List<String> texts = List.of("a b", "b");
    try (SentenceEncoder full = SentenceEncoder.of(whole, options);
        SentenceEncoder encoder = SentenceEncoder.of(cut, options)) {
      float[][] expected = full.encode(texts);
      assertThat(encoder.dimension()).isEqualTo(6);
      assertThat(encoder.trainedDimension()).isEqualTo(16);
      assertThat(encoder.encode(texts)[1]).isEqualTo(Arrays.copyOf(expected[1], 6));
      assertThat(encoder.encodeWhole(texts, Prompt.DEFAULT)).isEqualTo(expected);
      try (NDManager scope = encoder.manager().newSubManager()) {
        NDArray recorded =
            encoder
                .embedRecorded(scope, List.of(encoder.tokenize(texts, Prompt.DEFAULT)))
                .singletonOrThrow();
        assertThat(recorded.getShape()).isEqualTo(new Shape(2, 16));
      }
    }
  }

  /** As {@code SentenceTransformer(directory, truncate_dim=...)}, which saves the number too. */
  @ParameterizedTest
  @CsvSource({"0, 6", "4, 4", "6, 6", "9, 9", "16, 16", "99, 16"})
  void load_withATruncateDim_cutsThereWhateverTheModelSays(int asked, int width) {
    ModelFiles whole = TinyModel.random(0);
    ModelDirectory.write(
        whole.withSettings(whole.settings().withTruncateDim(OptionalInt.of(6))), directory, "");
    EncoderOptions options = EncoderOptions.defaults().withWorkers(1).withTruncateDim(asked);
    List<String> texts = List.of("a b", "b");
    Path saved = directory.resolveSibling(directory.getFileName() + "-saved");
    float[][] expected;
    try (SentenceEncoder full = SentenceEncoder.of(whole, EncoderOptions.defaults())) {
      expected = full.encode(texts);
    }
    try (SentenceEncoder encoder = SentenceEncoder.load(directory.toString(), options)) {
      assertThat(encoder.dimension()).isEqualTo(width);
      assertThat(encoder.encode(texts)[1]).isEqualTo(Arrays.copyOf(expected[1], width));
      assertThat(encoder.trainedDimension()).isEqualTo(16);
      encoder.save(saved, "");
    }
    assertThat(ModelDirectory.read(saved).settings().truncateDim())
        .hasValue(asked == 0 ? 6 : asked);
  }

  /** The directory as sentence-transformers saves it, beside a BERT of width 4. */
  private void write(JsonNode golden) throws IOException {
    ModelDirectory.write(TinyModel.encoder(PoolingMode.MEAN, false), directory, "");
    ArrayNode modules = JSON.createArrayNode();
    modules.addObject().put("path", "").put("type", "sentence_transformers.models.Transformer");
    for (int i = 0; i < golden.get("modules").size(); i++) {
      ObjectNode config = golden.get("modules").get(i).deepCopy();
      String kind = config.remove("kind").asText();
      String path = i + 1 + "_" + kind;
      modules
          .addObject()
          .put("path", path)
          .put("type", "sentence_transformers.base.modules.x." + kind);
      Path folder = Files.createDirectories(directory.resolve(path));
      Files.writeString(folder.resolve("config.json"), config.toString());
      Map<String, TensorData> weights = weights(golden, i + 1 + ".");
      if (!weights.isEmpty()) {
        Safetensors.write(folder.resolve("model.safetensors"), weights, Map.of());
      }
    }
    Files.writeString(directory.resolve("modules.json"), modules.toString());
  }

  private static Map<String, TensorData> weights(JsonNode golden, String prefix) {
    Map<String, TensorData> weights = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> weight : golden.get("weights").properties()) {
      if (weight.getKey().startsWith(prefix)) {
        long[] shape = JSON.convertValue(weight.getValue().get("shape"), long[].class);
        float[] values = JSON.convertValue(weight.getValue().get("values"), float[].class);
        weights.put(weight.getKey().substring(prefix.length()), TensorData.ofFloats(values, shape));
      }
    }
    return weights;
  }

  private static NDArray array(NDManager manager, JsonNode values, Shape shape) {
    return manager.create(JSON.convertValue(values, float[].class), shape);
  }

  private static void assertSame(NDArray found, JsonNode expected, String what) {
    float[] values = found.toFloatArray();
    assertThat(values).hasSize(expected.size());
    for (int i = 0; i < values.length; i++) {
      assertThat((double) values[i])
          .as("%s %d", what, i)
          .isCloseTo(expected.get(i).asDouble(), within(2e-6));
    }
  }
}
