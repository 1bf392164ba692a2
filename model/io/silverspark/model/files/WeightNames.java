package io.silverspark.model.files;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Translates between the names of an architecture's files and those of {@link
 * ModelFiles#weights()}, which are BERT's for all: {@code
 * encoder.layer.N.attention.self.query.weight}, a classifier's dense layer {@code pooler.dense},
 * its output {@code classifier}.
 */
final class WeightNames {
  private static final Pattern LAYER =
      Pattern.compile("(?:encoder|transformer)\\.layer\\.(\\d+)\\.(.+)\\.(weight|bias)");
  private static final Pattern BODY =
      Pattern.compile(
          "^(bert|roberta|distilbert|mpnet|deberta|electra|albert|nomic_bert|model|new|gte)\\.");

  /** Parts of a layer that have names of their own, by BERT's name. */
  private static final Map<String, String> DISTILBERT =
      Map.of(
          "attention.self.query", "attention.q_lin",
          "attention.self.key", "attention.k_lin",
          "attention.self.value", "attention.v_lin",
          "attention.output.dense", "attention.out_lin",
          "attention.output.LayerNorm", "sa_layer_norm",
          "intermediate.dense", "ffn.lin1",
          "output.dense", "ffn.lin2",
          "output.LayerNorm", "output_layer_norm");

  private static final Map<String, String> MPNET =
      Map.of(
          "attention.self.query", "attention.attn.q",
          "attention.self.key", "attention.attn.k",
          "attention.self.value", "attention.attn.v",
          "attention.output.dense", "attention.attn.o",
          "attention.output.LayerNorm", "attention.LayerNorm");

  private final Architecture architecture;
  private final String layers;
  private final Map<String, String> toFile;
  private final Map<String, String> fromFile = new LinkedHashMap<>();
  private final String dense;
  private final String output;

  WeightNames(Architecture architecture) {
    this.architecture = architecture;
    this.layers = architecture == Architecture.DISTILBERT ? "transformer" : "encoder";
    this.toFile =
        switch (architecture) {
          case DISTILBERT -> DISTILBERT;
          case MPNET -> MPNET;
          default -> Map.of();
        };
    toFile.forEach((own, file) -> fromFile.put(file, own));
    this.dense =
        switch (architecture) {
          case BERT -> "bert.pooler.dense.";
          case DISTILBERT -> "pre_classifier.";
          case NOMIC_BERT -> "nomic_bert.pooler.dense.";
          case GTE -> "gte.pooler.dense.";
          case NEW -> "new.pooler.dense.";
          case MODERNBERT, DEBERTA_V2, ALBERT, QWEN2, QWEN3, GEMMA3_TEXT, T5, STATIC ->
              "pooler.dense.";
          default -> "classifier.dense.";
        };
    this.output =
        switch (architecture) {
          case BERT, DISTILBERT, MODERNBERT, DEBERTA_V2, ALBERT, NOMIC_BERT, GTE, NEW ->
              "classifier.";
          case QWEN2, QWEN3, GEMMA3_TEXT -> "score.";
          default -> "classifier.out_proj.";
        };
  }

  /**
   * The tensors of a checkpoint under our names; what is no encoder or classifier keeps its name. A
   * classifier's own dense layer goes before a pooler beside it.
   */
  Map<String, TensorData> own(Map<String, TensorData> checkpoint) {
    Map<String, TensorData> named = new LinkedHashMap<>();
    checkpoint.forEach((name, tensor) -> own(name, dense, "pooler.dense.", tensor, named));
    checkpoint.forEach((name, tensor) -> own(name, output, "classifier.", tensor, named));
    checkpoint.forEach((name, tensor) -> named.putIfAbsent(ownBody(name), tensor));
    return named;
  }

  private static void own(
      String name, String from, String to, TensorData tensor, Map<String, TensorData> named) {
    if (name.startsWith(from)) {
      named.putIfAbsent(to + name.substring(from.length()), tensor);
    }
  }

  private String ownBody(String name) {
    String body =
        BODY.matcher(name)
            .replaceFirst("")
            .replaceFirst("LayerNorm\\.gamma$", "LayerNorm.weight")
            .replaceFirst("LayerNorm\\.beta$", "LayerNorm.bias");
    Matcher layer = LAYER.matcher(body);
    return layer.matches()
        ? "encoder.layer.%s.%s.%s"
            .formatted(
                layer.group(1),
                fromFile.getOrDefault(layer.group(2), layer.group(2)),
                layer.group(3))
        : body;
  }

  /** The names that transformers gives the weights of an encoder. */
  Map<String, TensorData> ofEncoder(Map<String, TensorData> weights) {
    Map<String, TensorData> named = new LinkedHashMap<>();
    weights.forEach((name, tensor) -> named.put(fileBody(name), tensor));
    return named;
  }

  /** The names that transformers gives an encoder with the head of its masked language model. */
  Map<String, TensorData> ofMasked(Map<String, TensorData> weights) {
    Map<String, TensorData> named = new LinkedHashMap<>();
    weights.forEach(
        (name, tensor) -> {
          if (LanguageModelHead.NAMES.contains(name)) {
            named.put(LanguageModelHead.fileName(name, architecture), tensor);
          } else if (!name.startsWith("pooler.")) { // transformers' class has none
            named.put(architecture.bodyPrefix() + fileBody(name), tensor);
          }
        });
    return named;
  }

  /** The names that transformers gives the weights of a classifier. */
  Map<String, TensorData> ofClassifier(Map<String, TensorData> weights) {
    Map<String, TensorData> named = new LinkedHashMap<>();
    weights.forEach((name, tensor) -> named.put(fileClassifier(name), tensor));
    return named;
  }

  /** The name that transformers gives a weight of a classifier. */
  String fileClassifier(String name) {
    if (name.startsWith("pooler.dense.")) {
      return dense + name.substring("pooler.dense.".length());
    }
    if (name.startsWith("classifier.")) {
      return output + name.substring("classifier.".length());
    }
    return name.startsWith("head.") ? name : architecture.bodyPrefix() + fileBody(name);
  }

  /** The name that transformers gives a weight of an encoder. */
  String fileBody(String name) {
    Matcher layer = LAYER.matcher(name);
    return layer.matches()
        ? "%s.layer.%s.%s.%s"
            .formatted(
                layers,
                layer.group(1),
                toFile.getOrDefault(layer.group(2), layer.group(2)),
                layer.group(3))
        : name;
  }
}
