package io.silverspark.model.files;

import com.fasterxml.jackson.databind.JsonNode;
import io.silverspark.model.error.UserException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A directory with an adapter that PEFT, sentence-transformers or SilverSpark wrote. Reading merges
 * it into the weights of its base: W + scale * B A, so that nothing but the numbers tells the model
 * from another.
 */
final class AdapterDirectory {
  private static final String A = ".lora_A.weight";
  private static final String B = ".lora_B.weight";

  /** Starts that change the base's own weights, which the file does not hold. */
  private static final Set<String> PLAIN_STARTS = Set.of("gaussian", "eva", "orthogonal");

  /** What says how an adapter was made or where, and nothing about its numbers. */
  private static final Set<String> WITHOUT_EFFECT =
      Set.of(
          "task_type",
          "auto_mapping",
          "peft_version",
          "revision",
          "inference_mode",
          "target_modules",
          "exclude_modules",
          "lora_dropout",
          "bias",
          "modules_to_save",
          "layers_to_transform",
          "layers_pattern",
          "megatron_core",
          "loftq_config",
          "eva_config",
          "qalora_group_size",
          "ensure_weight_tying",
          "runtime_config",
          "use_dynamic_rank");

  private static final Set<String> HONOURED =
      Set.of(
          "peft_type",
          "base_model_name_or_path",
          "r",
          "lora_alpha",
          "use_rslora",
          "rank_pattern",
          "alpha_pattern",
          "init_lora_weights");

  private final JsonObject config;
  private final Map<String, TensorData> tensors;

  private AdapterDirectory(JsonObject config, Map<String, TensorData> tensors) {
    this.config = config;
    this.tensors = tensors;
  }

  /**
   * Reads the adapter of a directory.
   *
   * @return empty if there is none
   * @throws UserException if it is of another kind than LoRA, or its settings or tensors ask for
   *     something that is not done here
   */
  static Optional<AdapterDirectory> read(Path directory) {
    Path file = directory.resolve(LoraAdapter.CONFIG);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    JsonObject config = JsonObject.read(file);
    if (!config.text("peft_type", "").equals("LORA")) {
      throw config.wrong("peft_type", "\"LORA\"");
    }
    requireKnown(config);
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    WeightFiles.read(directory, List.of(LoraAdapter.WEIGHTS, "adapter_model.bin"))
        .forEach(
            (name, tensor) ->
                tensors.put(
                    name.replaceFirst("^" + Pattern.quote(LoraAdapter.PREFIX), ""), tensor));
    return Optional.of(new AdapterDirectory(config, tensors));
  }

  /**
   * The base that a directory with nothing but an adapter names.
   *
   * @return empty if the directory holds a model of its own, or no base is named
   */
  static Optional<String> baseOf(Path directory) {
    for (String folder : List.of("", "0_Transformer")) {
      Path file = directory.resolve(folder).resolve(LoraAdapter.CONFIG);
      if (Files.exists(file) && !Files.exists(file.resolveSibling("config.json"))) {
        return Optional.of(JsonObject.read(file).text("base_model_name_or_path", ""))
            .filter(base -> !base.isEmpty());
      }
    }
    return Optional.empty();
  }

  private static void requireKnown(JsonObject config) {
    config
        .node()
        .properties()
        .forEach(
            key -> {
              if (!HONOURED.contains(key.getKey())
                  && !WITHOUT_EFFECT.contains(key.getKey())
                  && !isOff(key.getValue())) {
                throw config.wrong(
                    key.getKey(),
                    "null or false: this kind of LoRA is not supported, merge it in Python");
              }
            });
    JsonNode start = config.get("init_lora_weights").orElse(null);
    if (start != null && !start.isBoolean() && !PLAIN_STARTS.contains(start.asText())) {
      throw config.wrong(
          "init_lora_weights", "true, false, \"gaussian\", \"eva\" or \"orthogonal\"");
    }
  }

  private static boolean isOff(JsonNode value) {
    return value.isNull()
        || value.isBoolean() && !value.booleanValue()
        || value.isContainerNode() && value.isEmpty();
  }

  /**
   * The model that the adapter belongs to.
   *
   * @throws UserException if the file does not name it
   */
  String base() {
    String base = config.text("base_model_name_or_path", "");
    if (base.isEmpty()) {
      throw new UserException(
          "%s lacks 'base_model_name_or_path', expected the model that the adapter belongs to"
              .formatted(config.where()));
    }
    return base;
  }

  /**
   * The weights of the base with the adapter in them, float32 where they changed.
   *
   * @param checkpoint of the base, under any names
   * @return under the names of {@link ModelFiles#weights()}
   * @throws UserException if a tensor of the adapter belongs to none of the base or has another
   *     shape
   */
  Map<String, TensorData> mergedInto(Map<String, TensorData> checkpoint, EncoderConfig base) {
    WeightNames names = new WeightNames(base.architecture());
    Map<String, TensorData> merged = new LinkedHashMap<>(names.own(checkpoint));
    Map<String, TensorData> downs = new LinkedHashMap<>();
    Map<String, TensorData> ups = new LinkedHashMap<>();
    Map<String, String> modules = new HashMap<>();
    Map<String, TensorData> whole = new LinkedHashMap<>();
    tensors.forEach(
        (name, tensor) -> {
          if (name.endsWith(A) || name.endsWith(B)) {
            String module = name.substring(0, name.length() - A.length());
            String own = names.own(Map.of(module + ".weight", tensor)).keySet().iterator().next();
            modules.put(own, module);
            (name.endsWith(A) ? downs : ups).put(own, tensor);
          } else if (name.contains("lora_")) {
            throw new UserException(
                "%s: tensor '%s' is not supported, expected lora_A.weight and lora_B.weight of linear layers"
                    .formatted(config.where(), name));
          } else {
            whole.put(name, tensor);
          }
        });
    names.own(whole).forEach((name, tensor) -> replace(merged, base, name, tensor));
    for (Map.Entry<String, TensorData> down : downs.entrySet()) {
      merged.put(
          down.getKey(),
          sum(
              modules.get(down.getKey()),
              merged.get(down.getKey()),
              down.getValue(),
              ups.get(down.getKey())));
    }
    return merged;
  }

  private void replace(
      Map<String, TensorData> merged, EncoderConfig base, String name, TensorData tensor) {
    if (!EncoderWeights.expected(base, true, true).containsKey(name)) {
      throw new UserException(
          "%s: tensor '%s' of modules_to_save is no weight of a %s model"
              .formatted(config.where(), name, base.modelType()));
    }
    merged.put(name, tensor);
  }

  /** Whether the adapter brings the output layer of a classifier. */
  boolean hasClassifier(EncoderConfig base) {
    return new WeightNames(base.architecture()).own(tensors).containsKey("classifier.weight");
  }

  private TensorData sum(String module, TensorData base, TensorData a, TensorData b) {
    boolean fits =
        base != null
            && b != null
            && base.shape().length == 2
            && a.shape().length == 2
            && Arrays.equals(b.shape(), new long[] {base.shape()[0], a.shape()[0]})
            && a.shape()[1] == base.shape()[1];
    if (!fits) {
      throw new UserException(
          "%s: lora_A %s and lora_B %s of '%s' do not fit its weight %s, expected [rank, in], [out, rank] and [out, in]"
              .formatted(config.where(), a, b, module, base));
    }
    int rank = (int) a.shape()[0];
    int in = (int) a.shape()[1];
    float[] sum = base.floats();
    float[] low = a.floats();
    float[] high = b.floats();
    double scale = scale(module, rank);
    for (int row = 0; row < base.shape()[0]; row++) {
      for (int k = 0; k < rank; k++) {
        float factor = (float) (scale * high[row * rank + k]);
        for (int column = 0; column < in; column++) {
          sum[row * in + column] += factor * low[k * in + column];
        }
      }
    }
    return TensorData.ofFloats(sum, base.shape());
  }

  private double scale(String module, int rank) {
    double r = pattern("rank_pattern", module).orElse((double) config.whole("r", 8, 1));
    if (r != rank) {
      throw new UserException(
          "%s: lora_A of '%s' has %d rows, expected its rank %.0f"
              .formatted(config.where(), module, rank, r));
    }
    double alpha =
        pattern("alpha_pattern", module)
            .orElseGet(() -> config.number("lora_alpha", 8, -Double.MAX_VALUE, Double.MAX_VALUE));
    return alpha / (config.flag("use_rslora", false) ? Math.sqrt(r) : r);
  }

  /** A number for some modules: by name, its end after a dot, or a regular expression for that. */
  private Optional<Double> pattern(String key, String module) {
    JsonNode patterns = config.get(key).orElse(JsonObject.MAPPER.createObjectNode());
    return patterns.properties().stream()
        .filter(each -> Pattern.matches("(.*\\.)?(" + each.getKey() + ")", module))
        .map(each -> each.getValue().doubleValue())
        .findFirst();
  }
}
