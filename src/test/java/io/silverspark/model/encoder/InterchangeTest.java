package io.silverspark.model.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.silverspark.NarrowModel;
import io.silverspark.Python;
import io.silverspark.model.data.ScoredPair;
import io.silverspark.model.data.TextPair;
import io.silverspark.model.evaluation.Correlation;
import io.silverspark.model.evaluation.EmbeddingSimilarityEvaluator;
import io.silverspark.model.files.ClassNames;
import io.silverspark.model.files.DenseActivation;
import io.silverspark.model.files.ModelFiles;
import io.silverspark.model.files.PoolingMode;
import io.silverspark.model.files.SentenceModule.Dense;
import io.silverspark.model.files.SentenceModule.LayerNorm;
import io.silverspark.model.files.SentenceModule.Normalize;
import io.silverspark.model.files.SentenceModule.Pooling;
import io.silverspark.model.files.SentenceModules;
import io.silverspark.model.files.SentenceSettings;
import io.silverspark.model.files.TensorData;
import io.silverspark.model.loss.BinaryCrossEntropyLoss;
import io.silverspark.model.loss.CosineSimilarityLoss;
import io.silverspark.model.training.TrainableModel;
import io.silverspark.model.training.Trainer;
import io.silverspark.model.training.TrainingPlan;
import io.silverspark.model.training.TrainingSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Models go to Python's sentence-transformers and come from it without a change of numbers: {@code
 * src/test/python/interchange.py} is the other side, and says what is compared.
 */
@Tag("cluster")
class InterchangeTest {
  private static final String SCRIPT = "src/test/python/interchange.py";
  private static final double TOLERANCE = 1e-5;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> TEXTS =
      List.of(
          "A dog runs.",
          "",
          "Crème brûlée, CAFÉ and Ünïcödé",
          "emoji \uD83D\uDE42 and 汉字",
          "co-operate, don't!  Twice   spaced",
          "a [UNK] dog[MASK] runs [PAD] <unk> <pad> and<mask> [CLS] </s>",
          "word ".repeat(200));

  @TempDir Path folder;

  @BeforeAll
  static void needPython() {
    Python.assumeImports("InterchangeTest", "sentence_transformers");
  }

  @Test
  void modelsWrittenHere_givePythonTheSameNumbers() throws IOException {
    ObjectNode data = data();
    ObjectNode models = data.putObject("models");
    for (PoolingMode pooling : PoolingMode.values()) {
      for (boolean normalize : List.of(false, true)) {
        String name = pooling.name().toLowerCase(Locale.ROOT) + (normalize ? "-normalised" : "");
        try (SentenceEncoder encoder = SentenceEncoder.of(pooled(pooling, normalize), options())) {
          models.set(name, write(encoder, name, data));
        }
      }
    }
    for (Map.Entry<String, SentenceModules> modules : moduleLists().entrySet()) {
      ModelFiles files = withModules(modules.getValue());
      try (SentenceEncoder encoder = SentenceEncoder.of(files, options())) {
        models.set(modules.getKey(), write(encoder, modules.getKey(), data));
      }
    }
    SentenceSettings truncated = SentenceSettings.DEFAULT.withTruncateDim(OptionalInt.of(10));
    ModelFiles cut = pooled(PoolingMode.MEAN, true).withSettings(truncated);
    try (SentenceEncoder encoder = SentenceEncoder.of(cut, options())) {
      models.set("truncated", write(encoder, "truncated", data));
    }
    try (SentenceEncoder encoder = SentenceEncoder.load("builtin:all-MiniLM-L6-v2", options())) {
      models.set("builtin", write(encoder, "builtin", data));
    }
    try (SentenceEncoder encoder = SentenceEncoder.of(NarrowModel.files(0.1), options())) {
      TrainingSet set = TrainingSet.ofScoredPairs(encoder.tokenizer(), graded());
      new Trainer(TrainableModel.of(encoder), new CosineSimilarityLoss(), plan())
          .nativeThreads(1)
          .train(set, set.shuffled(8, 1));
      models.set("trained", write(encoder, "trained", data));
    }
    for (int labels = 1; labels <= 3; labels++) {
      String name = "cross-" + labels;
      ModelFiles files =
          ClassificationHead.fresh(NarrowModel.files(0.1), ClassNames.ofNumber(labels), 5);
      try (CrossEncoder encoder = CrossEncoder.of(files, options())) {
        models.set(name, write(encoder, name, data));
      }
    }
    ModelFiles fresh = ClassificationHead.fresh(NarrowModel.files(0.1), ClassNames.ofNumber(1), 5);
    try (CrossEncoder encoder = CrossEncoder.of(fresh, options())) {
      TrainingSet set = TrainingSet.forCrossEncoder(encoder.tokenizer(), graded());
      new Trainer(TrainableModel.of(encoder), new BinaryCrossEntropyLoss(), plan())
          .nativeThreads(1)
          .train(set, set.shuffled(8, 1));
      models.set("cross-trained", write(encoder, "cross-trained", data));
    }
    check(data, 23);
  }

  @Test
  void modelsWrittenInPython_giveTheSameNumbersHere_andAgainInPython() throws IOException {
    Path written = Files.createDirectories(folder.resolve("python"));
    JSON.writeValue(written.resolve("expected.json").toFile(), data());
    Python.Finished finished = Python.run(List.of(SCRIPT, "write", written.toString()), Map.of());
    assertThat(finished.code()).as(finished.text()).isZero();
    JsonNode expected = JSON.readTree(written.resolve("expected.json").toFile());
    ObjectNode data = data();
    ObjectNode models = data.putObject("models");
    for (Map.Entry<String, JsonNode> model : expected.get("models").properties()) {
      String name = model.getKey();
      String directory = written.resolve(name).toString();
      ObjectNode found;
      if (model.getValue().get("kind").asText().equals("sentence")) {
        try (SentenceEncoder encoder = SentenceEncoder.load(directory, options())) {
          found = write(encoder, name, data);
        }
      } else {
        try (CrossEncoder encoder = CrossEncoder.load(directory, options())) {
          found = write(encoder, name, data);
        }
      }
      assertSame(name, found, model.getValue());
      models.set(name, found);
    }
    check(data, 23);
  }

  /** Lets Python load the models in the folder and compare. */
  private void check(ObjectNode data, int models) throws IOException {
    JSON.writeValue(folder.resolve("expected.json").toFile(), data);
    Python.Finished finished = Python.run(List.of(SCRIPT, "check", folder.toString()), Map.of());
    assertThat(finished.text()).contains(models + " models checked, 0 differ");
    assertThat(finished.code()).isZero();
  }

  /** Texts, pairs and graded pairs; the script adds none. */
  private static ObjectNode data() throws IOException {
    ObjectNode data = JSON.createObjectNode();
    data.set("texts", JSON.valueToTree(TEXTS));
    ArrayNode graded = data.putArray("sts");
    for (ScoredPair pair : graded()) {
      graded.addArray().add(pair.first()).add(pair.second()).add(pair.score());
    }
    ArrayNode pairs = data.putArray("pairs");
    for (int i = 0; i < TEXTS.size(); i++) {
      pairs.addArray().add(TEXTS.get(i)).add(TEXTS.get((i + 1) % TEXTS.size()));
    }
    graded().forEach(pair -> pairs.addArray().add(pair.first()).add(pair.second()));
    return data;
  }

  /** The first graded pairs of the sample; none of its texts has a comma or a quote. */
  private static List<ScoredPair> graded() throws IOException {
    List<ScoredPair> pairs = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of("data/sample/sts/test.csv"))) {
      String[] fields = line.split(",");
      if (fields.length == 3 && !line.contains("\"") && !fields[2].equals("score")) {
        pairs.add(new ScoredPair(fields[0], fields[1], Float.parseFloat(fields[2]) / 5));
      }
    }
    assertThat(pairs).hasSizeGreaterThan(40);
    return pairs.subList(0, 40);
  }

  /** With weights so wide that first tokens differ from text to text. */
  private static ModelFiles pooled(PoolingMode pooling, boolean normalize) {
    ModelFiles files = NarrowModel.files(0.1);
    Random random = new Random(3);
    Map<String, TensorData> weights = new LinkedHashMap<>(files.weights());
    weights.replaceAll(
        (name, tensor) -> {
          float[] values = tensor.floats().clone();
          boolean wide = name.startsWith("encoder.") && tensor.shape().length == 2;
          for (int i = 0; wide && i < values.length; i++) {
            values[i] = (float) (0.3 * random.nextGaussian());
          }
          return TensorData.ofFloats(values, tensor.shape());
        });
    return files.withWeights(weights).withModules(SentenceModules.of(pooling, normalize));
  }

  private static Map<String, SentenceModules> moduleLists() {
    int width = NarrowModel.files(0.1).config().hiddenSize();
    Pooling mean = new Pooling(List.of(PoolingMode.MEAN));
    Dense tanh = new Dense(width, 12, true, DenseActivation.TANH, false);
    Map<String, SentenceModules> lists = new LinkedHashMap<>();
    lists.put("dense", new SentenceModules(List.of(mean, tanh, new Normalize())));
    lists.put(
        "residual-norm",
        new SentenceModules(
            List.of(
                mean, new Dense(width, 9, false, DenseActivation.GELU, true), new LayerNorm(9))));
    lists.put(
        "joined",
        new SentenceModules(List.of(new Pooling(List.of(PoolingMode.MEAN, PoolingMode.CLS)))));
    lists.put("on-tokens", new SentenceModules(List.of(tanh, new Normalize(), mean)));
    return lists;
  }

  private static ModelFiles withModules(SentenceModules modules) {
    ModelFiles files = pooled(PoolingMode.MEAN, false).withModules(modules);
    Random random = new Random(4);
    Map<String, TensorData> weights = new LinkedHashMap<>(files.weights());
    modules
        .weights()
        .forEach(
            (name, shape) -> {
              float[] values = new float[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
              for (int i = 0; i < values.length; i++) {
                values[i] = (float) (0.3 * random.nextGaussian());
              }
              weights.put(name, TensorData.ofFloats(values, shape));
            });
    return files.withWeights(weights);
  }

  private ObjectNode write(SentenceEncoder encoder, String name, ObjectNode data)
      throws IOException {
    encoder.save(folder.resolve(name), "# " + name);
    List<ScoredPair> graded = graded();
    Correlation correlation =
        EmbeddingSimilarityEvaluator.evaluate(
                encoder.encode(graded.stream().map(ScoredPair::first).toList()),
                encoder.encode(graded.stream().map(ScoredPair::second).toList()),
                graded.stream().mapToDouble(ScoredPair::score).toArray())
            .cosine();
    ObjectNode numbers = JSON.createObjectNode().put("kind", "sentence");
    numbers.set("embeddings", JSON.valueToTree(encoder.encode(texts(data))));
    return numbers.put("pearson", correlation.pearson()).put("spearman", correlation.spearman());
  }

  private ObjectNode write(CrossEncoder encoder, String name, ObjectNode data) {
    encoder.save(folder.resolve(name), "# " + name);
    List<TextPair> pairs = new ArrayList<>();
    data.get("pairs")
        .forEach(pair -> pairs.add(new TextPair(pair.get(0).asText(), pair.get(1).asText())));
    ObjectNode numbers = JSON.createObjectNode().put("kind", "cross");
    numbers.set("logits", JSON.valueToTree(encoder.logits(pairs)));
    numbers.set("scores", JSON.valueToTree(encoder.scores(pairs)));
    return numbers;
  }

  private static List<String> texts(ObjectNode data) {
    List<String> texts = new ArrayList<>();
    data.get("texts").forEach(text -> texts.add(text.asText()));
    return texts;
  }

  private static void assertSame(String name, JsonNode found, JsonNode expected) {
    for (Map.Entry<String, JsonNode> entry : expected.properties()) {
      if (!entry.getKey().equals("kind")) {
        double[] numbers = numbers(found.get(entry.getKey()));
        assertThat(numbers)
            .as("%s of %s", entry.getKey(), name)
            .containsExactly(numbers(entry.getValue()), within(TOLERANCE));
      }
    }
  }

  private static double[] numbers(JsonNode node) {
    List<Double> numbers = new ArrayList<>();
    collect(node, numbers);
    return numbers.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static void collect(JsonNode node, List<Double> numbers) {
    if (node.isNumber()) {
      numbers.add(node.asDouble());
    }
    node.forEach(child -> collect(child, numbers));
  }

  private static TrainingPlan plan() {
    return TrainingPlan.builder().epochs(2).learningRate(1e-3).warmupSteps(0).build();
  }

  private static EncoderOptions options() {
    return EncoderOptions.defaults().withWorkers(1);
  }
}
