package io.silverspark.model.files;

import io.silverspark.model.evaluation.Similarity;
import io.silverspark.model.files.SentenceModule.SpladePooling;
import io.silverspark.model.prompt.Prompts;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Sparse encoders of 2 layers, width 16 and 30 words. Weight {@code i} of a tensor is {@code 0.4
 * sin(s + 0.7 i)}, where s is the sum of the characters of its name, and 1 more in a norm's scale:
 * any language can make the same model.
 */
public final class TinySplade {
  /** By their ids. */
  private static final List<String> WORDS =
      List.of(
          ("[PAD] [UNK] [CLS] [SEP] [MASK] a man plays the guitar somebody makes music it rains"
                  + " today who bakes bread baker sails to sea dog runs fast . ? ##s ##ing")
              .split(" "));

  /** Architectures whose heads have names of their own. */
  public static final List<String> MODEL_TYPES = List.of("bert", "distilbert", "roberta");

  private TinySplade() {}

  /**
   * A model without dropout.
   *
   * @param modelType bert, roberta, distilbert or mpnet
   * @param pooling of its logits
   */
  public static ModelFiles files(String modelType, SpladePooling pooling) {
    EncoderConfig config =
        new EncoderConfig(
            16, 2, 2, 32, WORDS.size(), 40, 2, 1e-12, 0, 0, 0, 2, modelType, Map.of());
    Map<String, long[]> shapes = new LinkedHashMap<>(EncoderWeights.expected(config, false, false));
    LanguageModelHead.NAMES.forEach(
        name -> shapes.put(name, LanguageModelHead.shape(name, config)));
    Map<String, TensorData> weights = new LinkedHashMap<>();
    shapes.forEach(
        (name, shape) -> weights.put(name, TensorData.ofFloats(values(name, shape), shape)));
    return new ModelFiles(
        config,
        weights,
        tokenizer(),
        SentenceModules.of(pooling),
        32,
        new SentenceSettings(OptionalInt.empty(), Similarity.DOT, Prompts.NONE),
        KeptKeys.NONE);
  }

  /** A BERT with max pooling. */
  public static ModelFiles files() {
    return files("bert", SpladePooling.DEFAULT);
  }

  /** Writes {@link #files()} as a directory. */
  public static Path write(Path directory) {
    ModelDirectory.write(files(), directory, "# A tiny sparse encoder for tests");
    return directory;
  }

  /** Writes all kinds for {@code src/test/python/sparse_encoder.py}, into a new directory. */
  public static void main(String[] arguments) {
    for (String modelType : MODEL_TYPES) {
      for (SpladePooling pooling : poolings()) {
        ModelDirectory.write(
            files(modelType, pooling), Path.of(arguments[0], name(modelType, pooling)), "");
      }
    }
  }

  /** Every strategy with every activation. */
  public static List<SpladePooling> poolings() {
    return Arrays.stream(SpladePooling.Strategy.values())
        .flatMap(
            strategy ->
                Arrays.stream(SpladePooling.Activation.values())
                    .map(activation -> new SpladePooling(strategy, activation)))
        .toList();
  }

  /** Name of its directory, such as {@code bert-max-relu}. */
  public static String name(String modelType, SpladePooling pooling) {
    return "%s-%s-%s"
        .formatted(modelType, pooling.strategy(), pooling.activation())
        .toLowerCase(Locale.ROOT);
  }

  private static float[] values(String name, long[] shape) {
    int sum = name.chars().sum();
    int one = name.endsWith("LayerNorm.weight") ? 1 : 0;
    float[] values = new float[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (one + 0.4 * Math.sin(sum + 0.7 * i));
    }
    return values;
  }

  private static byte[] tokenizer() {
    StringBuilder vocabulary = new StringBuilder();
    for (int id = 0; id < WORDS.size(); id++) {
      vocabulary.append(id == 0 ? "" : ", ").append("\"" + WORDS.get(id) + "\": " + id);
    }
    return TinyModel.TOKENIZER
        .replaceFirst("\"vocab\": \\{[^}]*}", "\"vocab\": {" + vocabulary + "}")
        .getBytes(StandardCharsets.UTF_8);
  }
}
