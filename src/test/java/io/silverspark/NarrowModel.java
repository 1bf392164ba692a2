package io.silverspark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.silverspark.model.encoder.CrossEncoder;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.evaluation.Similarity;
import io.silverspark.model.files.DenseActivation;
import io.silverspark.model.files.EncoderConfig;
import io.silverspark.model.files.ModelDirectory;
import io.silverspark.model.files.ModelFiles;
import io.silverspark.model.files.ModelReference;
import io.silverspark.model.files.PoolingMode;
import io.silverspark.model.files.SentenceModule;
import io.silverspark.model.files.SentenceModules;
import io.silverspark.model.files.SentenceSettings;
import io.silverspark.model.files.TensorData;
import io.silverspark.model.prompt.Prompts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * One layer of MiniLM with an eighth of its width and a sixth of its words: a corner of each
 * weight. It knows the 5,000 most frequent words and spells the others; a training step takes
 * milliseconds, its directory has 1 MB. Whatever needs a model, but not the numbers of MiniLM,
 * takes this one.
 */
public final class NarrowModel {
  /** Numbers of an embedding. */
  public static final int WIDTH = 48;

  private static final int DENSE_WIDTH = 8;
  private static final String FIRST_LAYER = "encoder.layer.0.";
  private static final int NARROWER = 8;
  private static final int WORDS = 5000;
  private static final int POSITIONS = 64;
  private static final String CONFIG =
"""
{"model_type": "bert", "hidden_size": 48, "num_hidden_layers": %2$d, "num_attention_heads": 4,
 "intermediate_size": 192, "vocab_size": 5000, "max_position_embeddings": 64,
 "type_vocab_size": 2, "layer_norm_eps": 1e-12, "hidden_dropout_prob": %1$s,
 "attention_probs_dropout_prob": %1$s, "pad_token_id": 0, "hidden_act": "gelu"}
""";
  private static final EncoderOptions OPTIONS = EncoderOptions.defaults().withWorkers(1);

  private static final ModelFiles CUT = cut();

  private NarrowModel() {}

  /** The model in memory. */
  public static ModelFiles files(double dropout) {
    return CUT.withConfig(config(dropout, 1));
  }

  /** The same with its layer three times, for what tells layers apart. */
  public static ModelFiles deep(double dropout) {
    Map<String, TensorData> weights = new LinkedHashMap<>(CUT.weights());
    CUT.weights().keySet().stream()
        .filter(name -> name.startsWith(FIRST_LAYER))
        .forEach(
            name -> {
              for (int layer = 1; layer < 3; layer++) {
                String other =
                    "encoder.layer." + layer + "." + name.substring(FIRST_LAYER.length());
                weights.put(other, CUT.weights().get(name));
              }
            });
    return CUT.withConfig(config(dropout, 3)).withWeights(weights);
  }

  /** The model as a directory of this JVM, as {@code model.base} names it; never write there. */
  public static String directory() {
    return Saved.ENCODER;
  }

  /** A cross-encoder with one output, not trained, as {@link #directory}. */
  public static String crossEncoder() {
    return Saved.CROSS_ENCODER;
  }

  /** Writes the model as a directory of one's own. */
  public static void save(Path directory) {
    try (SentenceEncoder encoder = SentenceEncoder.of(files(0.1), OPTIONS)) {
      encoder.save(directory, "# A narrow model for tests");
    }
  }

  /** Writes a model whose vectors have lengths of their own, and are compared as told. */
  public static Path save(Path directory, Similarity similarity) {
    SentenceSettings settings = new SentenceSettings(OptionalInt.empty(), similarity, Prompts.NONE);
    ModelDirectory.write(
        CUT.withModules(SentenceModules.of(PoolingMode.MEAN, false)).withSettings(settings),
        directory,
        "# A narrow model for tests");
    return directory;
  }

  /** The model with a Dense from its 48 numbers to 8 and a LayerNorm behind it. */
  public static ModelFiles withDense(double dropout) {
    SentenceModules modules =
        new SentenceModules(
            List.of(
                new SentenceModule.Pooling(List.of(PoolingMode.MEAN), true),
                new SentenceModule.Dense(WIDTH, DENSE_WIDTH, true, DenseActivation.TANH, false),
                new SentenceModule.LayerNorm(DENSE_WIDTH)));
    Map<String, TensorData> weights = new LinkedHashMap<>(CUT.weights());
    float[] dense = new float[DENSE_WIDTH * WIDTH];
    for (int i = 0; i < dense.length; i++) {
      dense[i] = (float) (0.2 * Math.sin(0.37 * i));
    }
    float[] ones = new float[DENSE_WIDTH];
    Arrays.fill(ones, 1);
    weights.put("2.linear.weight", TensorData.ofFloats(dense, DENSE_WIDTH, WIDTH));
    weights.put("2.linear.bias", TensorData.ofFloats(new float[DENSE_WIDTH], DENSE_WIDTH));
    weights.put("3.norm.weight", TensorData.ofFloats(ones, DENSE_WIDTH));
    weights.put("3.norm.bias", TensorData.ofFloats(new float[DENSE_WIDTH], DENSE_WIDTH));
    return files(dropout).withModules(modules).withWeights(weights);
  }

  /** Writes a cross-encoder with one output as a directory; the seed draws its last layer. */
  public static void saveCrossEncoder(Path directory, long seed) {
    try (CrossEncoder cross = CrossEncoder.fromEncoder(directory(), 1, seed, OPTIONS)) {
      cross.save(directory, "# A narrow cross-encoder for tests");
    }
  }

  private static EncoderConfig config(double dropout, int layers) {
    byte[] config = CONFIG.formatted(dropout, layers).getBytes(StandardCharsets.UTF_8);
    return EncoderConfig.parse(config, "narrow model");
  }

  private static ModelFiles cut() {
    ModelFiles whole = ModelReference.open("builtin:all-MiniLM-L6-v2").keepLayers(1);
    Map<String, TensorData> corners = new LinkedHashMap<>();
    whole.weights().forEach((name, tensor) -> corners.put(name, corner(name, tensor)));
    return new ModelFiles(
        config(0.1, 1),
        corners,
        words(whole.tokenizerJson()),
        whole.modules(),
        POSITIONS,
        whole.settings(),
        whole.keptKeys());
  }

  /** Words and positions are cut to the first ones, token types stay, all else is an eighth. */
  private static TensorData corner(String name, TensorData tensor) {
    long[] shape = tensor.shape();
    long[] cut = Arrays.stream(shape).map(size -> size / NARROWER).toArray();
    if (name.startsWith("embeddings.") && shape.length == 2) {
      cut[0] = name.contains("position") ? POSITIONS : name.contains("word_") ? WORDS : shape[0];
    }
    int columns = Math.toIntExact(cut[cut.length - 1]);
    int rows = shape.length == 1 ? 1 : Math.toIntExact(cut[0]);
    int width = Math.toIntExact(shape[shape.length - 1]);
    float[] from = tensor.floats();
    float[] values = new float[rows * columns];
    for (int row = 0; row < rows; row++) {
      System.arraycopy(from, row * width, values, row * columns, columns);
    }
    return TensorData.ofFloats(values, cut);
  }

  /** BERT's words are in the order of their frequency, after special tokens and characters. */
  private static byte[] words(byte[] tokenizer) {
    try {
      ObjectMapper mapper = new ObjectMapper();
      JsonNode json = mapper.readTree(tokenizer);
      ((ObjectNode) json.at("/model/vocab"))
          .properties()
          .removeIf(w -> w.getValue().asInt() >= WORDS);
      return mapper.writeValueAsBytes(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Written when they are first asked for, gone with the JVM. */
  private static final class Saved {
    static final String ENCODER = saved("narrow-model-", NarrowModel::save);
    static final String CROSS_ENCODER =
        saved("narrow-cross-", path -> NarrowModel.saveCrossEncoder(path, 3));

    private static String saved(String name, Consumer<Path> save) {
      try {
        Path directory = Files.createTempDirectory(name);
        Path model = directory.resolve("model");
        save.accept(model);
        try (Stream<Path> files = Files.walk(directory)) {
          files.forEach(path -> path.toFile().deleteOnExit());
        }
        return model.toAbsolutePath().toString();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
