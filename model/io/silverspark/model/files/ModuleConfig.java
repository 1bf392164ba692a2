package io.silverspark.model.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.silverspark.model.error.UserException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * config.json of one module's folder, read in the spellings of sentence-transformers 2 to 6 and
 * written so that all of them read it.
 */
final class ModuleConfig {
  private static final String INPUT = "module_input_name";
  private static final String OUTPUT = "module_output_name";
  private static final String MODE = "pooling_mode";
  private static final String INCLUDE_PROMPT = "include_prompt";
  private static final String STRATEGY = "pooling_strategy";
  private static final String ACTIVATION = "activation_function";
  private static final List<String> WIDTHS =
      List.of("embedding_dimension", "word_embedding_dimension");

  /** Keys by kind of module; any other is refused. */
  static final Map<String, List<String>> KEYS =
      Map.of(
          "Pooling",
              Stream.concat(
                      Stream.of(
                          "embedding_dimension", "word_embedding_dimension", MODE, INCLUDE_PROMPT),
                      Arrays.stream(PoolingMode.values()).map(PoolingMode::flag))
                  .toList(),
          "Dense",
              List.of(
                  "in_features",
                  "out_features",
                  "bias",
                  "activation_function",
                  "use_residual",
                  INPUT,
                  OUTPUT),
          "SpladePooling",
              List.of("embedding_dimension", "word_embedding_dimension", STRATEGY, ACTIVATION),
          "LayerNorm", List.of("dimension"),
          "Normalize", List.of(INPUT, OUTPUT),
          "Dropout", List.of("dropout"));

  private ModuleConfig() {}

  /**
   * Reads a module.
   *
   * @param kind one of the keys of {@link #KEYS}
   * @param pooled whether it stands after the pooling
   */
  static SentenceModule read(Path folder, String kind, boolean pooled) {
    Path file = folder.resolve("config.json");
    boolean optional = kind.equals("Normalize") || kind.equals("Dropout");
    JsonObject config = optional ? JsonObject.readIfPresent(file) : JsonObject.read(file);
    for (Map.Entry<String, JsonNode> field : config.node().properties()) {
      if (!KEYS.get(kind).contains(field.getKey()) && !field.getValue().isNull()) {
        throw new UserException(
            "%s: '%s' is not known, expected only %s"
                .formatted(config.where(), field.getKey(), KEYS.get(kind)));
      }
    }
    return switch (kind) {
      case "Pooling" ->
          new SentenceModule.Pooling(modes(config), config.flag(INCLUDE_PROMPT, true));
      case "SpladePooling" -> splade(config);
      case "Dense" -> dense(config, pooled);
      case "LayerNorm" -> layerNorm(config, pooled);
      case "Dropout" -> dropout(config, pooled);
      default -> normalize(config, pooled);
    };
  }

  private static SentenceModule splade(JsonObject config) {
    return new SentenceModule.SpladePooling(
        named(config, STRATEGY, SentenceModule.SpladePooling.Strategy.MAX),
        named(config, ACTIVATION, SentenceModule.SpladePooling.Activation.RELU));
  }

  private static <E extends Enum<E>> E named(JsonObject config, String key, E fallback) {
    E[] all = fallback.getDeclaringClass().getEnumConstants();
    String name = config.text(key, lower(fallback));
    return Arrays.stream(all)
        .filter(each -> lower(each).equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                config.wrong(
                    key, "one of " + Arrays.stream(all).map(ModuleConfig::lower).toList()));
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static SentenceModule dense(JsonObject config, boolean pooled) {
    requireFeatures(config, pooled);
    String name = config.text("activation_function", DenseActivation.TANH.className());
    DenseActivation activation =
        DenseActivation.ofClass(name)
            .orElseThrow(
                () ->
                    config.wrong(
                        "activation_function",
                        "torch.nn's " + String.join(", ", DenseActivation.simpleNames())));
    return new SentenceModule.Dense(
        config.required("in_features", 1),
        config.required("out_features", 1),
        config.flag("bias", true),
        activation,
        config.flag("use_residual", false));
  }

  private static SentenceModule layerNorm(JsonObject config, boolean pooled) {
    requirePooled(config, "LayerNorm", pooled);
    return new SentenceModule.LayerNorm(config.required("dimension", 1));
  }

  private static SentenceModule dropout(JsonObject config, boolean pooled) {
    requirePooled(config, "Dropout", pooled);
    double probability = config.number("dropout", 0.2, 0, 1);
    if (probability == 1) {
      throw config.wrong("dropout", "a number from 0 to below 1");
    }
    return new SentenceModule.Dropout(probability);
  }

  private static SentenceModule normalize(JsonObject config, boolean pooled) {
    requireFeatures(config, pooled);
    return new SentenceModule.Normalize();
  }

  private static void requirePooled(JsonObject config, String kind, boolean pooled) {
    if (!pooled) {
      throw new UserException(
          "%s: a %s before the Pooling has no sentence vector to work on, expected it after"
              .formatted(config.where(), kind));
    }
  }

  /** Before the pooling there are only token vectors, after it only the sentence's is used. */
  private static void requireFeatures(JsonObject config, boolean pooled) {
    String expected = features(pooled);
    String input = config.text(INPUT, features(true));
    if (!input.equals(expected)) {
      throw new UserException(
          "%s: '%s' is \"%s\", expected \"%s\", since the module stands %s the Pooling"
              .formatted(config.where(), INPUT, input, expected, pooled ? "after" : "before"));
    }
    if (!config.text(OUTPUT, input).equals(input)) {
      throw config.wrong(OUTPUT, "\"" + input + "\", as " + INPUT);
    }
  }

  private static String features(boolean pooled) {
    return pooled ? "sentence_embedding" : "token_embeddings";
  }

  private static List<PoolingMode> modes(JsonObject config) {
    JsonNode mode = config.get(MODE).orElse(null);
    List<String> names = new ArrayList<>();
    if (mode == null) {
      for (PoolingMode known : PoolingMode.values()) {
        if (config.flag(known.flag(), false)) {
          names.add(known.modeName());
        }
      }
    } else if (mode.isArray()) {
      mode.forEach(each -> names.add(each.asText()));
    } else {
      names.add(mode.asText());
    }
    List<PoolingMode> modes =
        names.stream()
            .map(name -> PoolingMode.named(name).orElseThrow(() -> unknown(config)))
            .toList();
    if (mode != null && modes.isEmpty()) {
      throw unknown(config);
    }
    return modes.isEmpty() ? List.of(PoolingMode.MEAN) : modes;
  }

  private static UserException unknown(JsonObject config) {
    return config.wrong(MODE, "one of %s, or several".formatted(PoolingMode.names()));
  }

  /**
   * The width that a pooling says it takes must be that of the token vectors, or of the logits.
   *
   * @param folder of the pooling
   */
  static void requireWidth(Path folder, int width, String meaning) {
    JsonObject config = JsonObject.readIfPresent(folder.resolve("config.json"));
    for (String key : WIDTHS) {
      if (config.whole(key, width, 1) != width) {
        throw config.wrong(key, width + ", the " + meaning);
      }
    }
  }

  /**
   * The configuration of a module.
   *
   * @param input width of the vectors that reach it
   * @param pooled whether it stands after the pooling
   */
  static ObjectNode write(SentenceModule module, int input, boolean pooled) {
    ObjectNode json = JsonObject.MAPPER.createObjectNode();
    if (module instanceof SentenceModule.Pooling pooling) {
      json.put("word_embedding_dimension", input);
      writeModes(pooling.modes(), json);
      json.put(INCLUDE_PROMPT, pooling.includePrompt());
    } else if (module instanceof SentenceModule.SpladePooling splade) {
      json.put(STRATEGY, lower(splade.strategy()))
          .put(ACTIVATION, lower(splade.activation()))
          .put("word_embedding_dimension", input);
    } else if (module instanceof SentenceModule.Dense dense) {
      json.put("in_features", dense.inFeatures())
          .put("out_features", dense.outFeatures())
          .put("bias", dense.bias())
          .put("activation_function", dense.activation().className());
      if (dense.residual()) {
        json.put("use_residual", true);
      }
    } else if (module instanceof SentenceModule.LayerNorm norm) {
      json.put("dimension", norm.width());
    } else if (module instanceof SentenceModule.Dropout dropout) {
      json.put("dropout", dropout.probability());
    }
    boolean named =
        module instanceof SentenceModule.Dense || module instanceof SentenceModule.Normalize;
    if (named && !pooled) {
      json.put(INPUT, features(false)).put(OUTPUT, features(false));
    }
    return json;
  }

  /**
   * One flag per mode, which every version reads. Versions before 2.3 know the first four only, so
   * the others are written where they are true. An order that flags cannot tell is written as a
   * list, for sentence-transformers from 5.4.
   */
  private static void writeModes(List<PoolingMode> modes, ObjectNode json) {
    if (!modes.equals(modes.stream().distinct().sorted().toList())) {
      ArrayNode list = json.putArray(MODE);
      modes.forEach(mode -> list.add(mode.modeName()));
      return;
    }
    for (PoolingMode mode : PoolingMode.values()) {
      boolean old = mode.compareTo(PoolingMode.MEAN_SQRT_LEN_TOKENS) <= 0;
      if (old || modes.contains(mode)) {
        json.put(mode.flag(), modes.contains(mode));
      }
    }
  }
}
