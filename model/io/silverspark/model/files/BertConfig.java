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
 * The shape of a BERT encoder or a relative of it: config.json of Hugging Face transformers.
 *
 * @param hiddenSize width of a token vector
 * @param layers number of encoder layers
 * @param heads attention heads per layer; divides hiddenSize
 * @param intermediateSize width of the feed-forward layer
 * @param vocabSize number of word pieces
 * @param maxPositions rows of the position table; see {@link #maxTokens()} for the longest input
 * @param typeVocabSize number of token types (segments); 1 where the architecture has none
 * @param layerNormEps added to the variance in every layer norm
 * @param hiddenDropout dropout probability of embeddings and layer outputs, while training
 * @param attentionDropout dropout probability of attention weights, while training
 * @param padTokenId id of the padding token
 * @param numLabels outputs of a cross-encoder's classifier, transformers' default 2 when the file
 *     names no labels; without meaning for a sentence encoder
 * @param modelType decides the {@link Architecture}, such as "bert"
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

  /** Copies the map. */
  public BertConfig {
    if (hiddenSize % heads != 0) {
      throw new IllegalArgumentException(
          "hiddenSize " + hiddenSize + " is not a multiple of heads " + heads);
    }
    if (Architecture.named(modelType).isEmpty()) {
      throw new IllegalArgumentException("unknown model type " + modelType);
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
    Architecture architecture = architecture(config);
    ConfigKeys keys = ConfigKeys.of(architecture);
    requireSupported(config, architecture, keys);
    int hiddenSize = config.required(keys.hiddenSize(), 1);
    int heads = config.required(keys.heads(), 1);
    if (hiddenSize % heads != 0) {
      throw config.wrong(keys.hiddenSize(), "a multiple of " + keys.heads() + ", " + heads);
    }
    return new BertConfig(
        hiddenSize,
        config.required(keys.layers(), 1),
        heads,
        config.required(keys.intermediateSize(), 1),
        config.required("vocab_size", 1),
        config.whole("max_position_embeddings", 512, 1),
        architecture.hasTokenTypes() ? config.whole("type_vocab_size", 2, 1) : 1,
        keys.hasLayerNormEps() ? config.number("layer_norm_eps", 1e-12, 0, 1) : 1e-12,
        config.number(keys.hiddenDropout(), 0.1, 0, 1),
        config.number(keys.attentionDropout(), 0.1, 0, 1),
        config.whole("pad_token_id", architecture.countsFromPadding() ? 1 : 0, 0),
        labels(config),
        architecture.modelType(),
        otherKeys(config.node(), keys));
  }

  private static Architecture architecture(JsonObject config) {
    return Architecture.named(config.text("model_type", "bert"))
        .orElseThrow(
            () ->
                config.wrong(
                    "model_type", "one of " + String.join(", ", Architecture.modelTypes())));
  }

  private static void requireSupported(
      JsonObject config, Architecture architecture, ConfigKeys keys) {
    for (JsonNode name : config.node().path("architectures")) {
      if (!name.asText().startsWith(architecture.classPrefix())) {
        throw config.wrong(
            "architectures",
            architecture.classPrefix() + "Model or " + architecture.classifierClass());
      }
    }
    require(config, keys.activation(), "gelu");
    require(config, "position_embedding_type", "absolute");
    int buckets = Architecture.RELATIVE_BUCKETS;
    if (architecture.hasRelativePositions()
        && config.whole("relative_attention_num_buckets", buckets, 1) != buckets) {
      throw config.wrong("relative_attention_num_buckets", buckets + ", the only one supported");
    }
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

  private static Map<String, Object> otherKeys(ObjectNode config, ConfigKeys own) {
    Map<String, Object> keys =
        JsonObject.MAPPER.convertValue(
            config, new TypeReference<LinkedHashMap<String, Object>>() {});
    own.all().forEach(keys::remove);
    return keys;
  }

  /**
   * The kind of encoder.
   *
   * @return told by the model type
   */
  public Architecture architecture() {
    return Architecture.named(modelType).orElseThrow();
  }

  /**
   * The row of the position table that the first token takes.
   *
   * @return 0, or the padding id + 1 for RoBERTa and its like
   */
  public int firstPosition() {
    return architecture().countsFromPadding() ? padTokenId + 1 : 0;
  }

  /**
   * The longest input that the position table allows.
   *
   * @return tokens, special ones included
   */
  public int maxTokens() {
    return maxPositions - firstPosition();
  }

  /**
   * Dropout in a classifier's head, while training.
   *
   * @return classifier_dropout, or seq_classif_dropout of DistilBERT, else the hidden dropout
   */
  public double headDropout() {
    return otherKeys.get(ConfigKeys.of(architecture()).headDropout()) instanceof Number own
        ? own.doubleValue()
        : architecture() == Architecture.DISTILBERT ? 0.2 : hiddenDropout;
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
   * @param hidden probability for embeddings, layer outputs and a classifier's head, 0 to 1
   * @param attention probability for attention weights, 0 to 1
   * @return a copy
   */
  public BertConfig withDropout(double hidden, double attention) {
    Map<String, Object> keys = new LinkedHashMap<>(otherKeys);
    String head = ConfigKeys.of(architecture()).headDropout();
    if (keys.get(head) != null || architecture() == Architecture.DISTILBERT) {
      keys.put(head, hidden);
    }
    return copy(layers, hidden, attention, numLabels, keys);
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
    return otherKeys.get("architectures") instanceof List<?> names
        && names.contains(architecture().classifierClass());
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

  /** The same configuration with the activation left to the default. */
  public BertConfig withoutActivation() {
    return without("sentence_transformers").without("sbert_ce_default_activation_function");
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

  /** The content of config.json for an encoder. */
  ObjectNode toEncoderJson() {
    ObjectNode json = toJson();
    json.putArray("architectures").add(architecture().classPrefix() + "Model");
    return json;
  }

  /** The content of config.json for a cross-encoder; numLabels decides, label names are kept. */
  ObjectNode toClassifierJson() {
    ObjectNode json = toJson();
    json.putArray("architectures").add(architecture().classifierClass());
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
    ConfigKeys keys = ConfigKeys.of(architecture());
    ObjectNode json = JsonObject.MAPPER.createObjectNode();
    json.put("model_type", modelType);
    json.put(keys.hiddenSize(), hiddenSize);
    json.put(keys.layers(), layers);
    json.put(keys.heads(), heads);
    json.put(keys.intermediateSize(), intermediateSize);
    json.put("vocab_size", vocabSize);
    json.put("max_position_embeddings", maxPositions);
    if (architecture().hasTokenTypes()) {
      json.put("type_vocab_size", typeVocabSize);
    }
    if (keys.hasLayerNormEps()) {
      json.put("layer_norm_eps", layerNormEps);
    }
    json.put(keys.hiddenDropout(), hiddenDropout);
    json.put(keys.attentionDropout(), attentionDropout);
    json.put("pad_token_id", padTokenId);
    json.put(keys.activation(), "gelu");
    otherKeys.forEach((key, value) -> json.set(key, JsonObject.MAPPER.valueToTree(value)));
    return json;
  }
}
