package io.silverspark.model.files;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A trained LoRA adapter, as PEFT writes it: {@code adapter_config.json} and {@code
 * adapter_model.safetensors}.
 *
 * @param config rank, alpha, dropout, modules
 * @param base name or directory of the model that it belongs to
 * @param weights A and B by {@link LoraConfig.Module#a()} and {@link LoraConfig.Module#b()}
 */
public record LoraAdapter(LoraConfig config, String base, Map<String, TensorData> weights) {
  static final String CONFIG = "adapter_config.json";
  static final String WEIGHTS = "adapter_model.safetensors";
  static final String PREFIX = "base_model.model.";

  /** Copies the map, keeping its order. */
  public LoraAdapter {
    weights = Collections.unmodifiableMap(new LinkedHashMap<>(weights));
  }

  /**
   * The tensors of the file: A and B, and for a classifier the weights of its head, which are
   * trained whole.
   *
   * @param model the trained model
   */
  Map<String, TensorData> tensors(ModelFiles model) {
    WeightNames names = new WeightNames(model.config().architecture());
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    for (LoraConfig.Module module : config.modules(model.config())) {
      String name = names.fileBody(module.weight());
      if (model.isCrossEncoder()) {
        name = names.fileClassifier(module.weight());
      }
      String start = PREFIX + name.substring(0, name.length() - "weight".length());
      tensors.put(start + "lora_A.weight", weights.get(module.a()));
      tensors.put(start + "lora_B.weight", weights.get(module.b()));
    }
    head(model).forEach((name, tensor) -> tensors.put(PREFIX + names.fileClassifier(name), tensor));
    return tensors;
  }

  /** The content of adapter_config.json; what it does not say has PEFT's default. */
  ObjectNode json(ModelFiles model) {
    WeightNames names = new WeightNames(model.config().architecture());
    ObjectNode json = JsonObject.MAPPER.createObjectNode();
    json.put("peft_type", "LORA");
    json.put("task_type", model.isCrossEncoder() ? "SEQ_CLS" : "FEATURE_EXTRACTION");
    json.put("base_model_name_or_path", base);
    json.put("inference_mode", true);
    json.put("r", config.rank());
    if (config.alpha() == Math.rint(config.alpha())) {
      json.put("lora_alpha", (long) config.alpha());
    } else {
      json.put("lora_alpha", config.alpha());
    }
    json.put("lora_dropout", config.dropout());
    json.put("bias", "none");
    ArrayNode modules = json.putArray("target_modules");
    config.writtenModules(model.config()).forEach(modules::add);
    List<String> whole =
        head(model).keySet().stream()
            .map(names::fileClassifier)
            .map(name -> name.substring(0, name.lastIndexOf('.')))
            .distinct()
            .toList();
    if (whole.isEmpty()) {
      json.putNull("modules_to_save");
    } else {
      ArrayNode saved = json.putArray("modules_to_save");
      whole.forEach(saved::add);
    }
    return json;
  }

  private static Map<String, TensorData> head(ModelFiles model) {
    if (!model.isCrossEncoder()) {
      return Map.of();
    }
    return model.config().program().head().stream()
        .filter(EncoderProgram.Slot::present)
        .collect(
            Collectors.toMap(
                EncoderProgram.Slot::name,
                slot -> model.weights().get(slot.name()),
                (first, second) -> first,
                LinkedHashMap::new));
  }
}
