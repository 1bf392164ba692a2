package io.silverspark.model.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.silverspark.model.error.UserException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What modules.json of sentence-transformers says: where the transformer is, how its token vectors
 * are pooled, whether the result is normalised.
 *
 * @param transformer folder of config.json and the weights
 */
record SentenceModules(Path transformer, PoolingMode pooling, boolean normalize) {
  private static final List<String> SUPPORTED = List.of("Transformer", "Pooling", "Normalize");

  /** Keys of pooling configurations before sentence-transformers 5.4, one flag per mode. */
  private static final Map<String, String> FLAGS =
      Map.of(
          "pooling_mode_cls_token", "cls",
          "pooling_mode_mean_tokens", "mean",
          "pooling_mode_max_tokens", "max",
          "pooling_mode_mean_sqrt_len_tokens", "mean_sqrt_len_tokens",
          "pooling_mode_weightedmean_tokens", "weightedmean",
          "pooling_mode_lasttoken", "lasttoken");

  private record Module(String kind, Path path) {}

  /**
   * Reads modules.json. A directory without one is a plain transformer: mean pooling, no
   * normalisation, as sentence-transformers takes it.
   */
  static SentenceModules read(Path directory) {
    Path file = directory.resolve("modules.json");
    if (!Files.exists(file)) {
      return new SentenceModules(directory, PoolingMode.MEAN, false);
    }
    List<Module> modules = modules(file);
    List<String> kinds = modules.stream().map(Module::kind).toList();
    int known = Math.min(kinds.size(), SUPPORTED.size());
    if (kinds.isEmpty() || !kinds.equals(SUPPORTED.subList(0, known))) {
      throw new UserException(
          "%s lists %s, expected %s, the last two optional".formatted(file, kinds, SUPPORTED));
    }
    PoolingMode pooling =
        known < 2
            ? PoolingMode.MEAN
            : pooling(JsonObject.read(modules.get(1).path().resolve("config.json")));
    return new SentenceModules(modules.get(0).path(), pooling, known == 3);
  }

  private static List<Module> modules(Path file) {
    ArrayNode array =
        JsonObject.as(ArrayNode.class, JsonObject.bytes(file), file.toString(), "array");
    List<Module> modules = new ArrayList<>();
    for (JsonNode entry : array) {
      String type = entry.path("type").asText();
      String kind = type.substring(type.lastIndexOf('.') + 1);
      if (!type.startsWith("sentence_transformers.") || !SUPPORTED.contains(kind)) {
        throw new UserException(
            "%s: module '%s' is not supported, expected only %s".formatted(file, type, SUPPORTED));
      }
      modules.add(new Module(kind, folder(file, entry.path("path").asText())));
    }
    return modules;
  }

  private static Path folder(Path file, String path) {
    Path directory = file.toAbsolutePath().getParent();
    Path folder = directory.resolve(path).normalize();
    if (!folder.startsWith(directory.normalize())) {
      throw new UserException(
          "%s: path '%s' leaves the model's directory, expected a folder of it"
              .formatted(file, path));
    }
    return folder;
  }

  private static PoolingMode pooling(JsonObject config) {
    List<String> modes = new ArrayList<>();
    JsonNode mode = config.get("pooling_mode").orElse(null);
    if (mode != null && mode.isArray()) {
      mode.forEach(each -> modes.add(each.asText()));
    } else if (mode != null) {
      modes.add(mode.asText());
    } else {
      FLAGS.forEach(
          (flag, name) -> {
            if (config.flag(flag, false)) {
              modes.add(name);
            }
          });
    }
    if (modes.isEmpty()) {
      return PoolingMode.MEAN;
    }
    return Arrays.stream(PoolingMode.values())
        .filter(known -> modes.equals(List.of(name(known))))
        .findFirst()
        .orElseThrow(
            () ->
                new UserException(
                    "%s: pooling %s is not supported, expected one of mean, cls, max"
                        .formatted(config.where(), String.join(" + ", modes))));
  }

  static String name(PoolingMode mode) {
    return mode.name().toLowerCase(Locale.ROOT);
  }
}
