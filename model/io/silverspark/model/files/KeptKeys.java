package io.silverspark.model.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.silverspark.model.error.UserException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Keys of sentence-transformers' own files that do not change what a model gives, or that this
 * library does not know; they are written back as they were read. Keys that would change it in a
 * way that is not supported are refused here.
 *
 * @param sentence of config_sentence_transformers.json
 * @param transformer of sentence_bert_config.json
 */
public record KeptKeys(Map<String, Object> sentence, Map<String, Object> transformer) {
  /** Nothing but what every model has. */
  public static final KeptKeys NONE = new KeptKeys(Map.of(), Map.of());

  static final String MODEL_TYPE = "model_type";

  /** Keys of config_sentence_transformers.json that have a place in {@link ModelFiles}. */
  static final Set<String> SENTENCE_HONOURED =
      Set.of(
          MODEL_TYPE,
          "prompts",
          "default_prompt_name",
          "activation_fn",
          SentenceSettings.SIMILARITY,
          SentenceSettings.TRUNCATE_DIM);

  /** Keys of sentence_bert_config.json that have a place in {@link ModelFiles}. */
  static final Set<String> TRANSFORMER_HONOURED = Set.of("max_seq_length", "do_lower_case");

  /** Keys whose value has to be the one that this kind of model has anyway. */
  static final Set<String> TRANSFORMER_CHECKED =
      Set.of("transformer_task", "modality_config", "module_output_name");

  /** Keys that may be there only without content. */
  static final Set<String> TRANSFORMER_REFUSED =
      Set.of("processing_kwargs", "query_length", "document_length", "query_expansion");

  /** Arguments for Python's loading code; those that say nothing of the numbers are kept. */
  static final Map<String, Set<String>> ARGUMENTS = arguments();

  static final Set<String> TRANSFORMER_KEPT = Set.of("unpad_inputs");

  /** What the files of a kind of model say of it. */
  enum Kind {
    /** Gives vectors. */
    SENTENCE_TRANSFORMER(
        "SentenceTransformer", "feature-extraction", "token_embeddings", "last_hidden_state"),
    /** Gives vectors with a weight for each token. */
    SPARSE_ENCODER("SparseEncoder", "fill-mask", "token_embeddings", "logits"),
    /** Reads pairs. */
    CROSS_ENCODER("CrossEncoder", "sequence-classification", "scores", "logits");

    private final String modelType;
    private final String task;
    private final String output;
    private final String ofText;

    Kind(String modelType, String task, String output, String ofText) {
      this.modelType = modelType;
      this.task = task;
      this.output = output;
      this.ofText = ofText;
    }

    /** {@code model_type} of config_sentence_transformers.json. */
    String modelType() {
      return modelType;
    }
  }

  /** Copies the maps. */
  public KeptKeys {
    sentence = Collections.unmodifiableMap(new LinkedHashMap<>(sentence));
    transformer = Collections.unmodifiableMap(new LinkedHashMap<>(transformer));
  }

  private static Map<String, Set<String>> arguments() {
    Set<String> model =
        Set.of(
            "torch_dtype", "dtype", "attn_implementation", "trust_remote_code", "use_safetensors");
    Set<String> tokenizer = Set.of("trust_remote_code", "use_fast", "padding_side");
    Set<String> config = Set.of("trust_remote_code");
    return Map.of(
        "model_args", model,
        "model_kwargs", model,
        "tokenizer_args", tokenizer,
        "processor_kwargs", tokenizer,
        "config_args", config,
        "config_kwargs", config);
  }

  /**
   * Checks and collects the keys of both files.
   *
   * @param sentence config_sentence_transformers.json
   * @param transformer sentence_bert_config.json
   * @param kind of model
   * @throws UserException if a key asks for something that is not supported
   */
  static KeptKeys read(JsonObject sentence, JsonObject transformer, Kind kind) {
    require(sentence, MODEL_TYPE, kind.modelType);
    require(transformer, "transformer_task", kind.task);
    require(transformer, "module_output_name", kind.output);
    requireText(transformer, kind.ofText);
    for (String key : TRANSFORMER_REFUSED) {
      transformer
          .get(key)
          .filter(value -> !(value.isContainerNode() && value.isEmpty()))
          .ifPresent(
              value -> {
                throw transformer.wrong(key, "null, since it is not supported");
              });
    }
    ARGUMENTS.forEach((key, harmless) -> requireHarmless(transformer, key, harmless));
    return new KeptKeys(others(sentence, SENTENCE_HONOURED), kept(transformer));
  }

  /** A config_sentence_transformers.json that does not count, but for its kind and what is kept. */
  static JsonObject withoutHonoured(JsonObject sentence) {
    ObjectNode left = sentence.node().deepCopy();
    left.remove(SENTENCE_HONOURED.stream().filter(key -> !key.equals(MODEL_TYPE)).toList());
    return new JsonObject(left, sentence.where());
  }

  private static void require(JsonObject config, String key, String expected) {
    if (!config.text(key, expected).equals(expected)) {
      throw config.wrong(key, "\"" + expected + "\"");
    }
  }

  private static void requireText(JsonObject config, String output) {
    JsonNode modalities = config.get("modality_config").orElse(null);
    if (modalities == null) {
      return;
    }
    JsonNode text = modalities.path("text");
    if (!text.path("method").asText().equals("forward")
        || !text.path("method_output_name").asText().equals(output)) {
      throw config.wrong(
          "modality_config",
          "a \"text\" with method \"forward\" and method_output_name \"%s\"".formatted(output));
    }
  }

  private static void requireHarmless(JsonObject config, String key, Set<String> harmless) {
    for (Map.Entry<String, JsonNode> argument :
        config.get(key).map(JsonNode::properties).orElse(Set.of())) {
      if (!harmless.contains(argument.getKey())) {
        throw new UserException(
            "%s: '%s' has '%s', which is not supported, expected only %s"
                .formatted(config.where(), key, argument.getKey(), new TreeSet<>(harmless)));
      }
    }
  }

  private static Map<String, Object> kept(JsonObject transformer) {
    Map<String, Object> kept = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> field : transformer.node().properties()) {
      String key = field.getKey();
      if (TRANSFORMER_KEPT.contains(key) || ARGUMENTS.containsKey(key)) {
        kept.put(key, plain(field.getValue()));
      } else if (!TRANSFORMER_HONOURED.contains(key)
          && !TRANSFORMER_CHECKED.contains(key)
          && !TRANSFORMER_REFUSED.contains(key)
          && !field.getValue().isNull()) {
        throw new UserException(
            "%s: '%s' is not known, expected only %s"
                .formatted(transformer.where(), key, knownOfTransformer()));
      }
    }
    return kept;
  }

  /** All keys of sentence_bert_config.json that are read. */
  static List<String> knownOfTransformer() {
    Set<String> known = new TreeSet<>(TRANSFORMER_HONOURED);
    known.addAll(TRANSFORMER_CHECKED);
    known.addAll(TRANSFORMER_REFUSED);
    known.addAll(TRANSFORMER_KEPT);
    known.addAll(ARGUMENTS.keySet());
    return List.copyOf(known);
  }

  private static Map<String, Object> others(JsonObject config, Set<String> own) {
    Map<String, Object> others = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> field : config.node().properties()) {
      if (!own.contains(field.getKey())) {
        others.put(field.getKey(), plain(field.getValue()));
      }
    }
    return others;
  }

  private static Object plain(JsonNode value) {
    return JsonObject.MAPPER.convertValue(value, Object.class);
  }

  /** Writes kept keys behind those that are there. */
  static void write(Map<String, Object> keys, ObjectNode json) {
    keys.forEach((key, value) -> json.set(key, JsonObject.MAPPER.valueToTree(value)));
  }
}
