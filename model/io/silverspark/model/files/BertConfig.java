package io.silverspark.model.files;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.silverspark.model.error.UserException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The shape of an encoder: config.json of Hugging Face transformers.
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
 * @param padTokenId id of the padding token, -1 if the file has none
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
  private static final String INITIALIZER_RANGE = "initializer_range";
  private static final double DEFAULT_RANGE = 0.02;

  /** Copies the map. */
  public BertConfig {
    if (Architecture.named(modelType).isEmpty()) {
      throw new IllegalArgumentException("unknown model type " + modelType);
    }
    if (hiddenSize % heads != 0 && Architecture.named(modelType).get().layout().headsShareWidth()) {
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
        Map.of(INITIALIZER_RANGE, DEFAULT_RANGE));
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
    JsonObject file = JsonObject.parse(json, where);
    Architecture architecture = architecture(file);
    JsonObject config = architecture.layout().spelled(file);
    ConfigKeys keys = architecture.keys();
    requireSupported(config, architecture, keys);
    int hiddenSize = config.required(keys.hiddenSize(), 1);
    int heads = config.required(keys.heads(), 1);
    if (hiddenSize % heads != 0 && architecture.layout().headsShareWidth()) {
      throw config.wrong(keys.hiddenSize(), "a multiple of " + keys.heads() + ", " + heads);
    }
    Map<String, Object> otherKeys = otherKeys(config.node(), keys);
    ClassNames classes = ClassNames.unnamed(2);
    if (isClassifier(otherKeys, architecture)) {
      classes = classes(config);
      if (!classes.equals(named(otherKeys, classes.count()))) {
        putClasses(otherKeys, classes);
      }
    }
    BertConfig read =
        new BertConfig(
            hiddenSize,
            config.required(keys.layers(), 1),
            heads,
            config.required(keys.intermediateSize(), 1),
            config.required("vocab_size", 1),
            keys.maxPositions() == ConfigKeys.UNLIMITED
                ? ConfigKeys.UNLIMITED
                : config.whole("max_position_embeddings", keys.maxPositions(), 1),
            keys.typeVocabSize().isPresent()
                ? config.whole("type_vocab_size", keys.typeVocabSize().get(), keys.fewestTypes())
                : 1,
            real(config, keys.normEps()),
            real(config, keys.hiddenDropout()),
            real(config, keys.attentionDropout()),
            padTokenId(config, architecture),
            classes.count(),
            architecture.modelType(),
            otherKeys);
    if (read.ratedTokens() < 3) {
      throw config.wrong(
          "pad_token_id",
          "a number that leaves positions for 3 tokens of max_position_embeddings "
              + read.maxPositions());
    }
    architecture.layout().program(read, config);
    return read;
  }

  private static double real(JsonObject config, ConfigKeys.Real real) {
    return real.key().isEmpty()
        ? real.fallback()
        : config.number(real.key(), real.fallback(), 0, 1);
  }

  /** As in transformers null says that there is none; BERT and its relatives need one here. */
  private static int padTokenId(JsonObject config, Architecture architecture) {
    boolean none = !architecture.isBert() && config.node().path("pad_token_id").isNull();
    return config.whole("pad_token_id", none ? -1 : architecture.keys().padTokenId(), 0);
  }

  private static Architecture architecture(JsonObject config) {
    String modelType = config.text("model_type", "bert");
    return Architecture.named(modelType)
        .filter(each -> each != Architecture.STATIC)
        .orElseThrow(() -> unknown(config));
  }

  private static UserException unknown(JsonObject config) {
    String known = "one of " + String.join(", ", Architecture.modelTypes());
    return config.get("auto_map").isEmpty()
        ? config.wrong("model_type", known)
        : new UserException(
            "%s: 'model_type' is %s, and 'auto_map' names Python code of the model's own (trust_remote_code), which is not run here, expected %s"
                .formatted(config.where(), config.node().get("model_type"), known));
  }

  private static void requireSupported(
      JsonObject config, Architecture architecture, ConfigKeys keys) {
    for (JsonNode name : config.node().path("architectures")) {
      if (!name.asText().startsWith(architecture.family())) {
        throw config.wrong(
            "architectures",
            architecture.classPrefix() + "Model or " + architecture.classifierClass());
      }
    }
    if (!keys.activation().isEmpty()) {
      require(config, keys.activation(), "gelu");
    }
    require(
        config, "position_embedding_type", architecture == Architecture.NEW ? "rope" : "absolute");
    int buckets = Architecture.RELATIVE_BUCKETS;
    if (architecture.hasRelativePositions()
        && config.whole("relative_attention_num_buckets", buckets, 1) != buckets) {
      throw config.wrong("relative_attention_num_buckets", buckets + ", the only one supported");
    }
    ConfigKeys.UNSUPPORTED.forEach(
        (key, off) -> {
          String found = config.get(key).map(JsonNode::toString).orElse(off);
          if (!found.equals(off) && !architecture.halfOf(key)) {
            throw config.wrong(key, off + ", the only one supported");
          }
        });
    if (config.flag("is_decoder", false) || config.flag("add_cross_attention", false)) {
      throw new UserException(config.where() + " describes a decoder, expected an encoder");
    }
  }

  private static void require(JsonObject config, String key, String supported) {
    if (!config.text(key, supported).equals(supported)) {
      throw config.wrong(key, "'" + supported + "', the only one supported");
    }
  }

  /**
   * The classes of a classifier. Versions of SilverSpark before class names counted wrote LABEL_0
   * to LABEL_2 for entailment, neutral and contradiction; the order of their keys identifies them.
   */
  private static ClassNames classes(JsonObject config) {
    ClassNames classes = ClassNames.parse(config);
    boolean older = config.node().fieldNames().next().equals("model_type");
    return older && classes.count() == 3 && classes.isUnnamed() ? ClassNames.nli() : classes;
  }

  /**
   * The configuration of a classifier whose weights have so many rows: where num_labels and the
   * number of names in id2label differ, the one that fits counts.
   *
   * @throws UserException if problem_type names another kind of classifier
   */
  BertConfig ofClassifier(long rows, String where) {
    BertConfig fitting = this;
    if (rows != numLabels
        && otherKeys.get("num_labels") instanceof Number n
        && n.longValue() == rows) {
      List<String> names = new ArrayList<>(classes().names());
      names.addAll(
          ClassNames.unnamed((int) rows)
              .names()
              .subList(Math.min(numLabels, (int) rows), (int) rows));
      Map<String, Object> keys = new LinkedHashMap<>(otherKeys);
      putClasses(keys, new ClassNames(names.subList(0, (int) rows)));
      fitting = copy(layers, hiddenDropout, attentionDropout, (int) rows, keys);
    }
    String expected = fitting.numLabels == 1 ? "regression" : "single_label_classification";
    Object found = otherKeys.get("problem_type");
    boolean several = fitting.numLabels == 1 && "multi_label_classification".equals(found);
    if (found != null && !found.equals(expected) && !several) {
      throw new UserException(
          "%s: 'problem_type' is \"%s\", expected %s with %d labels"
              .formatted(where, found, expected, fitting.numLabels));
    }
    return fitting;
  }

  private static void putClasses(Map<String, Object> keys, ClassNames classes) {
    Map<String, Object> names = new LinkedHashMap<>();
    Map<String, Object> ids = new LinkedHashMap<>();
    for (int id = 0; id < classes.count(); id++) {
      names.put(Integer.toString(id), classes.names().get(id));
      ids.put(classes.names().get(id), id);
    }
    keys.put("id2label", names);
    keys.put("label2id", ids);
    keys.remove("num_labels");
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
   * @return from the model type
   */
  public Architecture architecture() {
    return Architecture.named(modelType).orElseThrow();
  }

  /**
   * The token that takes no position of its own: the n-th other token has the position n + this.
   *
   * @return pad_token_id for RoBERTa and its like, 1 for MPNet whatever pad_token_id is, as in
   *     transformers; empty where positions count from 0
   */
  public OptionalInt positionPadding() {
    if (!architecture().countsFromPadding()) {
      return OptionalInt.empty();
    }
    return OptionalInt.of(architecture() == Architecture.MPNET ? 1 : padTokenId);
  }

  /**
   * The word piece whose row looking it up never trains, as {@code padding_idx} of PyTorch's
   * embedding.
   *
   * @return pad_token_id, 1 for MPNet whatever that is, as in transformers
   */
  public int wordPadding() {
    return architecture() == Architecture.MPNET ? 1 : padTokenId;
  }

  /**
   * Standard deviation of fresh weights, {@code initializer_range}.
   *
   * @return 0.02 where the config says nothing or 0, as in transformers
   * @throws UserException if it is not a number above 0
   */
  public double initializerRange() {
    Object range = otherKeys.get(INITIALIZER_RANGE);
    if (range == null || (range instanceof Number zero && zero.doubleValue() == 0)) {
      return DEFAULT_RANGE;
    }
    if (range instanceof Number number
        && number.doubleValue() > 0
        && Double.isFinite(number.doubleValue())) {
      return number.doubleValue();
    }
    throw new UserException(
        "config.json: '%s' is %s, expected a number above 0: it scales fresh weights"
            .formatted(INITIALIZER_RANGE, range));
  }

  /**
   * The word piece that takes row 0 among those of a training step, so that the program finds it.
   *
   * @return the token that positions count from, or that a classifier of the last token skips;
   *     empty where none is looked for
   */
  public OptionalInt leadingWord() {
    boolean skipped = architecture().layout().skipsPadding() && padTokenId >= 0;
    return skipped ? OptionalInt.of(padTokenId) : positionPadding();
  }

  /**
   * The row of the position table that the first token takes.
   *
   * @return 0, or {@link #positionPadding()} + 1
   */
  public int firstPosition() {
    return positionPadding().isPresent() ? positionPadding().getAsInt() + 1 : 0;
  }

  /**
   * The longest input that the position table allows.
   *
   * @return tokens, special ones included; 2^30 where positions are computed
   */
  public int maxTokens() {
    return architecture().layout().hasPositionTable(this) ? ratedTokens() : ConfigKeys.UNLIMITED;
  }

  /** The longest input where nothing says another: max_position_embeddings, in tokens. */
  int ratedTokens() {
    return maxPositions - firstPosition();
  }

  /**
   * Dropout in a classifier's head, while training.
   *
   * @return classifier_dropout, or seq_classif_dropout of DistilBERT, else the hidden dropout
   */
  public double headDropout() {
    ConfigKeys.Real own = architecture().keys().headDropout();
    return otherKeys.get(own.key()) instanceof Number number
        ? number.doubleValue()
        : Double.isNaN(own.fallback()) ? hiddenDropout : own.fallback();
  }

  /**
   * The same configuration with another number of layers.
   *
   * @param count at least 1
   * @return a copy
   * @throws UserException if layers share weights in groups, which the number decides
   */
  public BertConfig withLayers(int count) {
    if (count != layers
        && otherKeys.get("num_hidden_groups") instanceof Number groups
        && groups.intValue() > 1) {
      throw new UserException(
          "cannot keep %d of %d layers that share weights in groups, since another number of layers is shared otherwise: num_hidden_groups is %s, expected 1"
              .formatted(count, layers, groups));
    }
    Map<String, Object> keys = new LinkedHashMap<>(otherKeys);
    if (keys.get(LayerTypes.KEY) instanceof List<?> types && types.size() > count) {
      keys.put(LayerTypes.KEY, types.subList(0, count));
    }
    return copy(count, hiddenDropout, attentionDropout, numLabels, keys);
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
    ConfigKeys own = architecture().keys();
    boolean headAlone = !own.headDropout().key().isEmpty() && own.headDropout().fallback() >= 0;
    if (keys.get(own.headDropout().key()) != null || headAlone) {
      keys.put(own.headDropout().key(), hidden);
    }
    own.otherDropouts().forEach(key -> keys.put(key, hidden));
    return copy(
        layers,
        own.hiddenDropout().key().isEmpty() ? hiddenDropout : hidden,
        own.attentionDropout().key().isEmpty() ? attentionDropout : attention,
        numLabels,
        keys);
  }

  /**
   * The same configuration for a classifier with other classes; the kind of problem that the file
   * named is dropped.
   *
   * @param classes at least one
   * @return a copy
   */
  public BertConfig withClasses(ClassNames classes) {
    Map<String, Object> keys = new LinkedHashMap<>(otherKeys);
    putClasses(keys, classes);
    keys.remove("problem_type");
    return copy(layers, hiddenDropout, attentionDropout, classes.count(), keys);
  }

  /**
   * The same configuration for a classifier with so many classes, whose names are kept if their
   * number is the same, and else those of {@link ClassNames#ofNumber}.
   *
   * @param count at least 1
   * @return a copy
   */
  public BertConfig withNumLabels(int count) {
    return count == numLabels ? this : withClasses(ClassNames.ofNumber(count));
  }

  /**
   * The classes of a classifier.
   *
   * @return by id2label; one class without a name for a score
   */
  public ClassNames classes() {
    return named(otherKeys, numLabels);
  }

  private static ClassNames named(Map<String, Object> keys, int count) {
    if (!(keys.get("id2label") instanceof Map<?, ?> names)) {
      return ClassNames.unnamed(count);
    }
    List<String> ordered = new ArrayList<>();
    for (int id = 0; id < count; id++) {
      ordered.add(String.valueOf(names.get(Integer.toString(id))));
    }
    return new ClassNames(ordered);
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
    return isClassifier(otherKeys, architecture());
  }

  private static boolean isClassifier(Map<String, Object> keys, Architecture architecture) {
    return keys.get("architectures") instanceof List<?> names
        && names.contains(architecture.classifierClass());
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
    Map<Object, Object> own = new LinkedHashMap<>();
    if (otherKeys.get("sentence_transformers") instanceof Map<?, ?> map) {
      own.putAll(map);
    }
    own.put("activation_fn", pythonClass);
    return with("sentence_transformers", own);
  }

  /** The same configuration with the activation left to the default. */
  public BertConfig withoutActivation() {
    Map<String, Object> keys = new LinkedHashMap<>(otherKeys);
    keys.remove("sbert_ce_default_activation_function");
    if (keys.get("sentence_transformers") instanceof Map<?, ?> map) {
      Map<Object, Object> own = new LinkedHashMap<>(map);
      own.remove("activation_fn");
      keys.put("sentence_transformers", own);
    }
    return copy(layers, hiddenDropout, attentionDropout, numLabels, keys);
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

  /**
   * The program that runs this encoder.
   *
   * @return its text, its constants and its weights
   */
  public EncoderProgram program() {
    ObjectNode keys = JsonObject.MAPPER.valueToTree(otherKeys);
    return architecture().layout().program(this, new JsonObject(keys, "config.json"));
  }

  /** The content of config.json for an encoder. */
  ObjectNode toEncoderJson() {
    ObjectNode json = toJson();
    json.putArray("architectures").add(architecture().encoderClass());
    return json;
  }

  private static void put(ObjectNode json, ConfigKeys.Real real, double value) {
    if (!real.key().isEmpty()) {
      json.put(real.key(), value);
    }
  }

  /** The content of config.json for a cross-encoder. */
  ObjectNode toClassifierJson() {
    ObjectNode json = (otherKeys.containsKey("id2label") ? this : withClasses(classes())).toJson();
    json.putArray("architectures").add(architecture().classifierClass());
    json.remove("num_labels");
    return json;
  }

  /** The keys of this record, then the others. */
  private ObjectNode toJson() {
    ConfigKeys keys = architecture().keys();
    ObjectNode json = JsonObject.MAPPER.createObjectNode();
    json.putArray("architectures"); // first: model_type there marks older versions, see classes
    json.put("model_type", modelType);
    json.put(keys.hiddenSize(), hiddenSize);
    json.put(keys.layers(), layers);
    json.put(keys.heads(), heads);
    json.put(keys.intermediateSize(), intermediateSize);
    json.put("vocab_size", vocabSize);
    if (keys.maxPositions() != ConfigKeys.UNLIMITED) {
      json.put("max_position_embeddings", maxPositions);
    }
    if (architecture().hasTokenTypes()) {
      json.put("type_vocab_size", typeVocabSize);
    }
    put(json, keys.normEps(), layerNormEps);
    put(json, keys.hiddenDropout(), hiddenDropout);
    put(json, keys.attentionDropout(), attentionDropout);
    if (padTokenId < 0) {
      json.putNull("pad_token_id");
    } else {
      json.put("pad_token_id", padTokenId);
    }
    if (!keys.activation().isEmpty()) {
      json.put(keys.activation(), "gelu");
    }
    otherKeys.forEach((key, value) -> json.set(key, JsonObject.MAPPER.valueToTree(value)));
    return json;
  }
}
