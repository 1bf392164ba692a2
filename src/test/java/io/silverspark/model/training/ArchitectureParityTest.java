package io.silverspark.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.silverspark.model.data.ScoredPair;
import io.silverspark.model.data.TextPair;
import io.silverspark.model.encoder.CrossEncoder;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.files.ModelDirectory;
import io.silverspark.model.files.PoolingMode;
import io.silverspark.model.files.Safetensors;
import io.silverspark.model.files.TensorData;
import io.silverspark.model.loss.CosineSimilarityLoss;
import io.silverspark.model.tokenizer.TokenizedText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * Each architecture against transformers: tokens, vectors, three training steps and a classifier's
 * logits of a small model, recorded in {@code encoder/architectures/TYPE.json}, whose {@code
 * generator} names the versions.
 *
 * <p>The weights come from a formula, under the names of the architecture's own files. Element i
 * (row-major, from 0) of the tensor NAME: z = CRC-32 of NAME + (i + 1) * 0x9E3779B97F4A7C15; z = (z
 * ^ z >>> 30) * 0xBF58476D1CE4E5B9; z = (z ^ z >>> 27) * 0x94D049BB133111EB; z ^= z >>> 31; value =
 * ((z >>> 40) * 2^-23 - 1) * 0.4, or 1 + the same * 0.1 for the weight of a norm. One text is long
 * enough for every distance that MPNet tells apart below 64.
 */
class ArchitectureParityTest {
  static final List<String> TYPES =
      List.of(
          "bert",
          "roberta",
          "xlm-roberta",
          "distilbert",
          "mpnet",
          "modernbert",
          "deberta-v2",
          "electra",
          "albert",
          "nomic_bert",
          "gte",
          "qwen2",
          "qwen3",
          "gemma3_text",
          "t5");

  /** The encoder of T5 has no classifier. */
  static final List<String> CLASSIFIERS =
      TYPES.stream().filter(type -> !type.equals("t5")).toList();

  private static final double TOLERANCE = 3e-6;

  @TempDir private Path folder;

  @ParameterizedTest
  @FieldSource("TYPES")
  void encode_equalsTransformers(String type) throws IOException {
    JsonNode recorded = recorded(type);
    JsonNode expected = recorded.get("encoder");
    List<String> texts = texts(recorded.get("texts"));
    Path directory = directory(recorded, expected);
    for (PoolingMode mode : List.of(PoolingMode.MEAN, PoolingMode.CLS)) {
      pooling(directory, mode);
      try (SentenceEncoder encoder =
          SentenceEncoder.of(ModelDirectory.read(directory), options())) {
        assertIds(encoder.tokenizer().encodeAll(texts), expected.get("input_ids"));
        JsonNode rows = expected.get(mode == PoolingMode.MEAN ? "mean" : "cls");
        assertRows(encoder.encode(texts), rows);
        Path written = folder.resolve("written-" + mode);
        encoder.save(written, "# Card");
        assertThat(Safetensors.read(written.resolve("model.safetensors")))
            .isEqualTo(Safetensors.read(directory.resolve("model.safetensors")));
        try (SentenceEncoder again = SentenceEncoder.load(written.toString(), options())) {
          assertRows(again.encode(texts), rows);
        }
      }
    }
  }

  @ParameterizedTest
  @FieldSource("TYPES")
  void train_threeSteps_followTransformers(String type) throws IOException {
    JsonNode recorded = recorded(type);
    JsonNode training = recorded.get("training");
    List<ScoredPair> pairs = new ArrayList<>();
    for (JsonNode row : training.get("examples")) {
      pairs.add(
          new ScoredPair(row.get(0).asText(), row.get(1).asText(), (float) row.get(2).asDouble()));
    }
    RecordedSteps steps = new RecordedSteps();
    Path directory = directory(recorded, recorded.get("encoder"));
    try (SentenceEncoder encoder = SentenceEncoder.load(directory.toString(), options())) {
      TrainingSet set = TrainingSet.ofScoredPairs(encoder.tokenizer(), pairs);
      TrainingPlan plan =
          TrainingPlan.builder()
              .epochs(3)
              .learningRate(1e-2)
              .warmupSteps(0)
              .weightDecay(0.01)
              .build();
      new Trainer(TrainableModel.of(encoder), new CosineSimilarityLoss(), plan)
          .nativeThreads(1)
          .listener(steps)
          .train(set, set.shuffled(pairs.size(), 1));
    }
    JsonNode expected = training.get("steps");
    assertThat(steps.steps).hasSize(expected.size());
    for (int i = 0; i < expected.size(); i++) {
      double norm = expected.get(i).get("gradient_norm").asDouble();
      assertThat(steps.steps.get(i).learningRate())
          .isCloseTo(expected.get(i).get("learning_rate").asDouble(), within(1e-9));
      assertThat(steps.steps.get(i).loss())
          .as("loss of step %d", i)
          .isCloseTo(expected.get(i).get("loss").asDouble(), within(1e-4));
      assertThat(steps.steps.get(i).gradientNorm())
          .as("gradient norm of step %d", i)
          .isCloseTo(norm, within((i == 0 ? 1e-4 : 5e-3) * norm));
    }
  }

  @ParameterizedTest
  @FieldSource("CLASSIFIERS")
  void logits_equalTransformers(String type) throws IOException {
    JsonNode recorded = recorded(type);
    JsonNode expected = recorded.get("classifier");
    List<TextPair> pairs = new ArrayList<>();
    recorded
        .get("pairs")
        .forEach(pair -> pairs.add(new TextPair(pair.get(0).asText(), pair.get(1).asText())));
    Path directory = directory(recorded, expected);
    try (CrossEncoder encoder = CrossEncoder.load(directory.toString(), options())) {
      assertIds(encoder.tokenizer().encodePairs(pairs), expected.get("input_ids"));
      assertLogits(encoder.logits(pairs), expected.get("logits"));
      Path written = folder.resolve("written");
      encoder.save(written, "# Card");
      assertThat(Safetensors.read(written.resolve("model.safetensors")))
          .isEqualTo(Safetensors.read(directory.resolve("model.safetensors")));
      try (CrossEncoder again = CrossEncoder.load(written.toString(), options())) {
        assertLogits(again.logits(pairs), expected.get("logits"));
      }
    }
  }

  /** As in sentence-transformers: a rotary model can be told more than its own limit of 90. */
  @ParameterizedTest
  @CsvSource({"modernbert, 200", "t5, 200", "electra, 90"})
  void limit_aboveMaxPositionEmbeddings_holdsWherePositionsAreComputed(String type, int limit)
      throws IOException {
    JsonNode recorded = recorded(type);
    Path directory = directory(recorded, recorded.get("encoder"));
    pooling(directory, PoolingMode.MEAN);
    Files.writeString(directory.resolve("sentence_bert_config.json"), "{\"max_seq_length\": 200}");
    assertThat(ModelDirectory.read(directory).maxSeqLength()).isEqualTo(limit);
    Files.delete(directory.resolve("sentence_bert_config.json"));
    if (!type.equals("t5")) {
      assertThat(ModelDirectory.read(directory).maxSeqLength()).isEqualTo(90);
    }
  }

  private static EncoderOptions options() {
    return EncoderOptions.defaults().withWorkers(1);
  }

  static JsonNode recorded(String type) throws IOException {
    String file = "/io/silverspark/model/encoder/architectures/" + type + ".json";
    try (InputStream in = ArchitectureParityTest.class.getResourceAsStream(file)) {
      return new ObjectMapper().readTree(in);
    }
  }

  private Path directory(JsonNode recorded, JsonNode model) throws IOException {
    return directory(folder, recorded, model);
  }

  /** A model as transformers would have saved it, in a directory of {@code folder}. */
  static Path directory(Path folder, JsonNode recorded, JsonNode model) throws IOException {
    Path directory = Files.createDirectories(folder.resolve("model"));
    Files.writeString(directory.resolve("config.json"), model.get("config").toString());
    Files.writeString(directory.resolve("tokenizer.json"), recorded.get("tokenizer").toString());
    Files.writeString(
        directory.resolve("sentence_bert_config.json"),
        "{\"max_seq_length\": %d}".formatted(recorded.get("max_seq_length").asInt()));
    Map<String, TensorData> weights = new LinkedHashMap<>();
    model
        .get("weights")
        .properties()
        .forEach(entry -> weights.put(entry.getKey(), tensor(entry.getKey(), entry.getValue())));
    Safetensors.write(directory.resolve("model.safetensors"), weights, Map.of("format", "pt"));
    return directory;
  }

  static void pooling(Path directory, PoolingMode mode) throws IOException {
    Files.createDirectories(directory.resolve("1_Pooling"));
    Files.writeString(
        directory.resolve("1_Pooling/config.json"),
        "{\"pooling_mode\": \"%s\"}".formatted(mode == PoolingMode.CLS ? "cls" : "mean"));
    Files.writeString(
        directory.resolve("modules.json"),
        """
        [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
         {"idx": 1, "name": "1", "path": "1_Pooling",
          "type": "sentence_transformers.models.Pooling"}]
        """);
  }

  private static TensorData tensor(String name, JsonNode sizes) {
    long[] shape = new long[sizes.size()];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = sizes.get(i).asLong();
    }
    return tensor(name, shape);
  }

  /** A weight by the formula. */
  static TensorData tensor(String name, long... shape) {
    int count = Math.toIntExact(Arrays.stream(shape).reduce(1, (a, b) -> a * b));
    CRC32 seed = new CRC32();
    seed.update(name.getBytes(StandardCharsets.UTF_8));
    boolean norm = shape.length == 1 && name.endsWith(".weight");
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      long z = seed.getValue() + (i + 1) * 0x9E3779B97F4A7C15L;
      z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
      z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
      z ^= z >>> 31;
      float value = (float) ((z >>> 40) * 0x1p-23 - 1);
      values[i] = norm ? 1 + value * 0.1f : value * 0.4f;
    }
    return TensorData.ofFloats(values, shape);
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }

  private static void assertIds(List<TokenizedText> actual, JsonNode expected) {
    for (int row = 0; row < expected.size(); row++) {
      List<Integer> ids = new ArrayList<>();
      expected.get(row).forEach(id -> ids.add(id.asInt()));
      assertThat(actual.get(row).inputIds())
          .as("ids of text %d", row)
          .containsExactly(ids.stream().mapToInt(Integer::intValue).toArray());
    }
  }

  private static void assertRows(float[][] actual, JsonNode expected) {
    assertThat(actual).hasNumberOfRows(expected.size());
    for (int row = 0; row < actual.length; row++) {
      for (int i = 0; i < actual[row].length; i++) {
        assertThat((double) actual[row][i])
            .as("component %d of text %d", i, row)
            .isCloseTo(expected.get(row).get(i).asDouble(), within(TOLERANCE));
      }
    }
  }

  private static void assertLogits(float[][] actual, JsonNode expected) {
    for (int row = 0; row < actual.length; row++) {
      assertThat((double) actual[row][0])
          .as("logit of pair %d", row)
          .isCloseTo(expected.get(row).asDouble(), within(TOLERANCE));
    }
  }
}
