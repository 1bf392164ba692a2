package io.silverspark.model.files;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.silverspark.model.error.UserException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The shape of a BERT encoder: config.json of Hugging Face transformers.
 *
 * @param hiddenSize width of a token vector
 * @param layers number of encoder layers
 * @param heads attention heads per layer; divides hiddenSize
 * @param intermediateSize width of the feed-forward layer
 * @param vocabSize number of word pieces
 * @param maxPositions longest input in tokens, special ones included
 * @param typeVocabSize number of token types (segments)
 * @param layerNormEps added to the variance in every layer norm
 * @param hiddenDropout dropout probability of embeddings and layer outputs, while training
 * @param attentionDropout dropout probability of attention weights, while training
 * @param padTokenId id of the padding token
 * @param numLabels outputs of a cross-encoder's classifier, transformers' default 2 when the file
 *     names no labels; without meaning for a sentence encoder
 * @param modelType "bert"
 * @param otherKeys every other key of config.json, in file order, written back unchanged
 */
public record BertConfig(
    int hiddenSize,
    int layers,
    int heads,
    int intermediateSize,
    int vocabSize,
    int maxPositions,
    int typeVocabSize,
    double layerNormEps,
    double hiddenDropout,
    double attentionDropout,
    int padTokenId,
    int numLabels,
    String modelType,
    Map<String, Object> otherKeys) {

  private static final String CLASSIFIER = "BertForSequenceClassification";

  /** Copies the map. */
  public BertConfig {
    if (hiddenSize % heads != 0) {
      throw new IllegalArgumentException(
          "hiddenSize " + hiddenSize + " is not a multiple of heads " + heads);
    }
    otherKeys = Collections.unmodifiableMap(new LinkedHashMap<>(otherKeys));
  }

  /** The built-in all-MiniLM-L6-v2. */
  static BertConfig miniLm() {
    return new BertConfig(
        384,
        6,
        12,
        1536,
        30522,
        512,
        2,
        1e-12,
        0.1,
        0.1,
        0,
        2,
        "bert",
        Map.of("initializer_range", 0.02));
  }

  /**
   * Reads config.json.
   *
   * @param json its content
   * @param where the file, for messages
   * @return the configuration
   * @throws UserException if a key is missing or wrong, or asks for something that the encoder does
   *     not do: another architecture, another activation than exact GELU, relative positions
   */
  public static BertConfig parse(byte[] json, String where) {
    JsonObject config = JsonObject.parse(json, where);
    requireSupported(config);
    int hiddenSize = config.required("hidden_size", 1);
    int heads = config.required("num_attention_heads", 1);
    if (hiddenSize % heads != 0) {
      throw config.wrong("hidden_size", "a multiple of num_attention_heads, " + heads);
    }
    return new BertConfig(
        hiddenSize,
        config.required("num_hidden_layers", 1),
        heads,
        config.required("intermediate_size", 1),
        config.required("vocab_size", 1),
        config.whole("max_position_embeddings", 512, 1),
        config.whole("type_vocab_size", 2, 1),
        config.number("layer_norm_eps", 1e-12, 0, 1),
        config.number("hidden_dropout_prob", 0.1, 0, 1),
        config.number("attention_probs_dropout_prob", 0.1, 0, 1),
        config.whole("pad_token_id", 0, 0),
        labels(config),
        config.text("model_type", "bert"),
        otherKeys(config.node()));
  }

  private static void requireSupported(JsonObject config) {
    require(config, "model_type", "bert");
    for (JsonNode architecture : config.node().path("architectures")) {
      if (!architecture.asText().startsWith("Bert")) {
        throw config.wrong("architectures", "BertModel or " + CLASSIFIER);
      }
    }
    require(config, "hidden_act", "gelu");
    require(config, "position_embedding_type", "absolute");
    if (config.flag("is_decoder", false) || config.flag("add_cross_attention", false)) {
      throw new UserException(config.where() + " describes a decoder, expected an encoder");
    }
  }

  private static void require(JsonObject config, String key, String supported) {
    if (!config.text(key, supported).equals(supported)) {
      throw config.wrong(key, "'" + supported + "', the only one supported");
    }
  }

  private static int labels(JsonObject config) {
    JsonNode names = config.get("id2label").orElse(null);
    return names == null ? config.whole("num_labels", 2, 1) : Math.max(1, names.size());
  }

  private static final List<String> OWN_KEYS =
      List.of(
          "hidden_size",
          "num_hidden_layers",
          "num_attention_heads",
          "intermediate_size",
          "vocab_size",
          "max_position_embeddings",
          "type_vocab_size",
          "layer_norm_eps",
          "hidden_dropout_prob",
          "attention_probs_dropout_prob",
          "pad_token_id",
          "num_labels",
          "model_type",
          "hidden_act");

  private static Map<String, Object> otherKeys(ObjectNode config) {
    Map<String, Object> keys =
        JsonObject.MAPPER.convertValue(
            config, new TypeReference<LinkedHashMap<String, Object>>() {});
    OWN_KEYS.forEach(keys::remove);
    return keys;
  }

  /**
   * The same configuration with another number of layers.
   *
   * @param count at least 1
   * @return a copy
   */
  public BertConfig withLayers(int count) {
    return copy(count, hiddenDropout, attentionDropout, numLabels, otherKeys);
  }

  /**
   * The same configuration with other dropout.
   *
   * @param hidden probability for embeddings and layer outputs, 0 to 1
   * @param attention probability for attention weights, 0 to 1
   * @return a copy
   */
  public BertConfig withDropout(double hidden, double attention) {
    return copy(layers, hidden, attention, numLabels, otherKeys);
  }

  /**
   * The same configuration for a classifier with other outputs; label names that no longer fit are
   * dropped.
   *
   * @param count at least 1
   * @return a copy
   */
  public BertConfig withNumLabels(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("numLabels is " + count + ", expected at least 1");
    }
    Map<String, Object> keys = new LinkedHashMap<>(otherKeys);
    if (count != numLabels) {
      keys.remove("id2label");
      keys.remove("label2id");
    }
    return copy(layers, hiddenDropout, attentionDropout, count, keys);
  }

  private BertConfig copy(
      int layers, double hidden, double attention, int numLabels, Map<String, Object> keys) {
    return new BertConfig(
        hiddenSize,
        layers,
        heads,
        intermediateSize,
        vocabSize,
        maxPositions,
        typeVocabSize,
        layerNormEps,
        hidden,
        attention,
        padTokenId,
        numLabels,
        modelType,
        keys);
  }

  /** Whether the architecture is a cross-encoder's. */
  boolean isClassifier() {
    return otherKeys.get("architectures") instanceof List<?> names && names.contains(CLASSIFIER);
  }

  /**
   * The activation that sentence-transformers applies to a cross-encoder's logits, when the model
   * asks for a certain one.
   *
   * @return a Python class such as {@code torch.nn.modules.linear.Identity}, or empty for the
   *     default: sigmoid for one label, none for more
   */
  public Optional<String> activation() {
    Object current =
        otherKeys.get("sentence_transformers") instanceof Map<?, ?> map
            ? map.get("activation_fn")
            : otherKeys.get("sbert_ce_default_activation_function");
    return Optional.ofNullable(current).map(Object::toString);
  }

  /** The same configuration with that activation; a blank one changes nothing. */
  BertConfig withActivation(String pythonClass) {
    if (pythonClass.isBlank()) {
      return this;
    }
    return with("sentence_transformers", Map.of("activation_fn", pythonClass));
  }

  /** The same configuration with the element type that the weights have. */
  BertConfig withDtype(TensorType type) {
    String name =
        switch (type) {
          case F16 -> "float16";
          case BF16 -> "bfloat16";
          case F64 -> "float64";
          default -> "float32";
        };
    return with("torch_dtype", name).without("dtype");
  }

  private BertConfig with(String key, Object value) {
    Map<String, Object> keys = new LinkedHashMap<>(otherKeys);
    keys.put(key, value);
    return copy(layers, hiddenDropout, attentionDropout, numLabels, keys);
  }

  private BertConfig without(String key) {
    Map<String, Object> keys = new LinkedHashMap<>(otherKeys);
    keys.remove(key);
    return copy(layers, hiddenDropout, attentionDropout, numLabels, keys);
  }

  /** The content of config.json for a BertModel. */
  ObjectNode toEncoderJson() {
    ObjectNode json = toJson();
    json.putArray("architectures").add("BertModel");
    return json;
  }

  /** The content of config.json for a cross-encoder; numLabels decides, label names are kept. */
  ObjectNode toClassifierJson() {
    ObjectNode json = toJson();
    json.putArray("architectures").add(CLASSIFIER);
    if (!json.has("id2label")) {
      ObjectNode names = json.putObject("id2label");
      ObjectNode ids = json.putObject("label2id");
      for (int label = 0; label < numLabels; label++) {
        names.put(Integer.toString(label), "LABEL_" + label);
        ids.put("LABEL_" + label, label);
      }
    }
    return json;
  }

  /** The keys of this record, then the others. */
  private ObjectNode toJson() {
    ObjectNode json = JsonObject.MAPPER.createObjectNode();
    json.put("model_type", modelType);
    json.put("hidden_size", hiddenSize);
    json.put("num_hidden_layers", layers);
    json.put("num_attention_heads", heads);
    json.put("intermediate_size", intermediateSize);
    json.put("vocab_size", vocabSize);
    json.put("max_position_embeddings", maxPositions);
    json.put("type_vocab_size", typeVocabSize);
    json.put("layer_norm_eps", layerNormEps);
    json.put("hidden_dropout_prob", hiddenDropout);
    json.put("attention_probs_dropout_prob", attentionDropout);
    json.put("pad_token_id", padTokenId);
    json.put("hidden_act", "gelu");
    otherKeys.forEach((key, value) -> json.set(key, JsonObject.MAPPER.valueToTree(value)));
    return json;
  }
}
