package io.silverspark.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.silverspark.SharedData;
import io.silverspark.model.data.ScoredPair;
import io.silverspark.model.data.TextPair;
import io.silverspark.model.encoder.Autograd;
import io.silverspark.model.encoder.CrossEncoder;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.files.ModelDirectory;
import io.silverspark.model.files.ModelFiles;
import io.silverspark.model.files.Safetensors;
import io.silverspark.model.files.TensorData;
import io.silverspark.model.loss.BinaryCrossEntropyLoss;
import io.silverspark.model.loss.CategoricalCrossEntropyLoss;
import io.silverspark.model.loss.MultipleNegativesRankingLoss;
import io.silverspark.model.loss.SentenceLoss;
import io.silverspark.model.prompt.Prompt;
import io.silverspark.model.tokenizer.TokenizedText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Small random models in the directories that sentence-transformers 6.0.1 wrote, against what it
 * computed with them: tokens, vectors, logits, losses and gradients, before and after saving.
 */
class ArchitectureReferenceTest {
  private static final String FOLDER = "reference/architectures";
  private static final double TOLERANCE = 1e-5;
  private static final double GRADIENT_TOLERANCE = 1e-4;

  @TempDir private Path folder;

  static List<String> encoders() {
    return models(false);
  }

  static List<String> crossEncoders() {
    return models(true);
  }

  private static List<String> models(boolean crossEncoders) {
    try (Stream<Path> folders = Files.list(SharedData.path(FOLDER))) {
      return folders
          .filter(each -> Files.exists(each.resolve("expected.json")))
          .filter(each -> expected(each).has("logits") == crossEncoders)
          .map(each -> each.getFileName().toString())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("encoders")
  void encoder_ofReference_givesTokensVectorsAndGradients(String name) throws IOException {
    Path directory = directory(name);
    JsonNode expected = expected(directory);
    Path written = folder.resolve("written");
    try (SentenceEncoder encoder = SentenceEncoder.of(withoutDropout(directory), options())) {
      checkEncoder(encoder, expected);
      checkTraining(
          TrainableModel.of(encoder),
          new MultipleNegativesRankingLoss(expected.at("/training/scale").asDouble()),
          TrainingSet.ofPairs(encoder.tokenizer(), pairs(expected.at("/training/pairs"))),
          expected.get("training"));
      encoder.save(written, "# Card");
    }
    checkSame(directory, written);
    try (SentenceEncoder again = SentenceEncoder.load(written.toString(), options())) {
      checkEncoder(again, expected);
    }
    if (Files.exists(directory.resolve("config.older.json"))) {
      try (SentenceEncoder older = SentenceEncoder.load(older(directory).toString(), options())) {
        checkEncoder(older, expected);
      }
    }
  }

  private static void checkEncoder(SentenceEncoder encoder, JsonNode expected) {
    List<String> texts = ReferenceModels.texts(expected.get("texts"));
    checkIds(encoder.tokenizer().encodeAll(texts), expected.get("tokens"), "input_ids");
    for (int i = 0; i < texts.size(); i++) {
      checkRow(encoder.encode(List.of(texts.get(i)))[0], expected.get("embeddings").get(i));
    }
    checkRows(encoder.encode(texts), expected.get("embeddings"));
    JsonNode prompts = expected.get("prompts");
    if (prompts != null) {
      List<String> prompted = ReferenceModels.texts(prompts.get("texts"));
      checkRows(encoder.encode(prompted), prompts.get("encode"));
      checkRows(encoder.encodeQuery(prompted), prompts.get("encode_query"));
      checkRows(encoder.encodeDocument(prompted), prompts.get("encode_document"));
      checkIds(encoder.tokenize(prompted, Prompt.QUERY), prompts.get("tokens_query"), "");
    }
  }

  @ParameterizedTest
  @MethodSource("crossEncoders")
  void crossEncoder_ofReference_givesTokensLogitsAndGradients(String name) throws IOException {
    Path directory = directory(name);
    JsonNode expected = expected(directory);
    Path written = folder.resolve("written");
    List<TextPair> pairs = pairs(expected.get("pairs"));
    try (CrossEncoder encoder = CrossEncoder.of(withoutDropout(directory), options())) {
      checkCrossEncoder(encoder, pairs, expected);
      JsonNode labels = expected.at("/training/labels");
      List<ScoredPair> examples = new ArrayList<>();
      for (int i = 0; i < pairs.size(); i++) {
        TextPair pair = pairs.get(i);
        examples.add(new ScoredPair(pair.first(), pair.second(), (float) labels.get(i).asDouble()));
      }
      checkTraining(
          TrainableModel.of(encoder),
          encoder.labels() == 1
              ? new BinaryCrossEntropyLoss()
              : new CategoricalCrossEntropyLoss(encoder.labels()),
          TrainingSet.forCrossEncoder(encoder.tokenizer(), examples),
          expected.get("training"));
      encoder.save(written, "# Card");
    }
    checkSame(directory, written);
    try (CrossEncoder again = CrossEncoder.load(written.toString(), options())) {
      checkCrossEncoder(again, pairs, expected);
    }
  }

  private static void checkCrossEncoder(
      CrossEncoder encoder, List<TextPair> pairs, JsonNode expected) {
    checkIds(encoder.tokenizer().encodePairs(pairs), expected.get("tokens"), "input_ids");
    for (int i = 0; i < pairs.size(); i++) {
      checkRow(encoder.logits(List.of(pairs.get(i)))[0], expected.get("logits").get(i));
    }
    checkRows(encoder.logits(pairs), expected.get("logits"));
  }

  private static void checkTraining(
      TrainableModel model, SentenceLoss loss, TrainingSet set, JsonNode expected) {
    int[] all = IntStream.range(0, set.size()).toArray();
    AdamW.Settings settings = TrainingPlan.builder().build().optimizer();
    try (TrainedWeights weights = new TrainedWeights(model, loss.parameters());
        AdamW optimizer = AdamW.over(model.manager(), weights.current(), settings);
        NDManager scope = model.manager().newSubManager();
        Autograd tape = Autograd.record()) {
      NDArray value =
          loss.compute(model.run(scope, set.batch(all)).columns(), set.batchLabels(scope, all));
      tape.backward(value);
      double wanted = expected.get("loss").asDouble();
      assertThat((double) value.getFloat())
          .isCloseTo(wanted, within(TOLERANCE * Math.max(1, wanted)));
      double total = expected.get("grad_norm_total").asDouble();
      assertThat((double) optimizer.norm(scope).getFloat())
          .isCloseTo(total, within(GRADIENT_TOLERANCE * total));
      List<String> nearZero = ReferenceModels.texts(expected.get("near_zero"));
      expected
          .get("grad_norms")
          .properties()
          .forEach(
              entry -> {
                if (!entry.getValue().isNull()) {
                  double norm = entry.getValue().asDouble();
                  double tolerance =
                      nearZero.contains(entry.getKey()) ? 1e-6 * total : GRADIENT_TOLERANCE * norm;
                  float[] gradient = gradient(weights.current(), entry.getKey());
                  assertThat(norm(gradient)).as(entry.getKey()).isCloseTo(norm, within(tolerance));
                  JsonNode values = expected.get("gradients").path(entry.getKey()).path("values");
                  for (int i = 0; i < values.size(); i++) {
                    assertThat((double) gradient[i])
                        .as(entry.getKey())
                        .isCloseTo(values.get(i).asDouble(), within(tolerance));
                  }
                }
              });
    }
  }

  /** A weight by the name of its own file, behind the module's number. */
  private static float[] gradient(Map<String, NDArray> weights, String name) {
    String own =
        (name.startsWith("0:") ? name.substring(2) : name.replace(':', '.'))
            .replace("classifier.dense.", "pooler.dense.")
            .replace("classifier.out_proj.", "classifier.")
            .replaceFirst("^score\\.", "classifier.");
    List<String> names =
        weights.keySet().stream()
            .filter(each -> own.equals(each) || own.endsWith("." + each))
            .toList();
    assertThat(names).as(name + " of " + weights.keySet()).isNotEmpty();
    try (NDArray gradient = weights.get(names.get(0)).getGradient()) {
      return gradient.toFloatArray();
    }
  }

  private static double norm(float[] values) {
    double squares = 0;
    for (float value : values) {
      squares += (double) value * value;
    }
    return Math.sqrt(squares);
  }

  /** What is saved has the weights of the original, under its names. */
  private static void checkSame(Path original, Path written) {
    Map<String, TensorData> weights = Safetensors.read(original.resolve("model.safetensors"));
    assertThat(Safetensors.read(written.resolve("model.safetensors"))).isEqualTo(weights);
  }

  private Path older(Path directory) throws IOException {
    Path copy = folder.resolve("older");
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.toList()) {
        Path target = copy.resolve(directory.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
    Files.move(
        copy.resolve("config.older.json"),
        copy.resolve("config.json"),
        StandardCopyOption.REPLACE_EXISTING);
    return copy;
  }

  private static ModelFiles withoutDropout(Path directory) {
    ModelFiles files = ModelDirectory.read(directory);
    return files.withConfig(files.config().withDropout(0, 0));
  }

  private static Path directory(String name) {
    return SharedData.path(FOLDER + "/" + name);
  }

  private static JsonNode expected(Path directory) {
    try {
      return new ObjectMapper().readTree(directory.resolve("expected.json").toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static EncoderOptions options() {
    return EncoderOptions.defaults().withWorkers(1);
  }

  private static List<TextPair> pairs(JsonNode array) {
    List<TextPair> pairs = new ArrayList<>();
    array.forEach(pair -> pairs.add(new TextPair(pair.get(0).asText(), pair.get(1).asText())));
    return pairs;
  }

  private static void checkIds(List<TokenizedText> texts, JsonNode expected, String key) {
    for (int i = 0; i < texts.size(); i++) {
      JsonNode ids = key.isEmpty() ? expected.get(i) : expected.get(i).get(key);
      assertThat(IntStream.of(texts.get(i).inputIds()).boxed().toList())
          .isEqualTo(new ObjectMapper().convertValue(ids, List.class));
    }
  }

  private static void checkRows(float[][] rows, JsonNode expected) {
    assertThat(rows).hasNumberOfRows(expected.size());
    for (int i = 0; i < rows.length; i++) {
      checkRow(rows[i], expected.get(i));
    }
  }

  private static void checkRow(float[] row, JsonNode expected) {
    assertThat(row).hasSize(expected.size());
    for (int i = 0; i < row.length; i++) {
      assertThat((double) row[i]).isCloseTo(expected.get(i).asDouble(), within(TOLERANCE));
    }
  }
}
