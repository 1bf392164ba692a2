package io.silverspark.model.files;

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
public record EncoderConfig(
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
  public EncoderConfig {
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
  static EncoderConfig miniLm() {
    return new EncoderConfig(
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
   *     not do
   */
  public static EncoderConfig parse(byte[] json, String where) {
    return EncoderConfigReader.read(JsonObject.parse(json, where));
  }

  /**
   * The configuration of a classifier whose weights have so many rows: where num_labels and the
   * number of names in id2label differ, the one that fits counts.
   *
   * @throws UserException if problem_type names another kind of classifier
   */
  EncoderConfig ofClassifier(long rows, String where) {
    EncoderConfig fitting = this;
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

  static void putClasses(Map<String, Object> keys, ClassNames classes) {
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
   * The longest input that the positions allow.
   *
   * @return tokens, special ones included; 2^30 where positions are computed
   */
  public int maxTokens() {
    return architecture().layout().limitsPositions(this) ? ratedTokens() : ConfigKeys.UNLIMITED;
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
  public EncoderConfig withLayers(int count) {
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
  public EncoderConfig withDropout(double hidden, double attention) {
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
  public EncoderConfig withClasses(ClassNames classes) {
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
  public EncoderConfig withNumLabels(int count) {
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

  static ClassNames named(Map<String, Object> keys, int count) {
    if (!(keys.get("id2label") instanceof Map<?, ?> names)) {
      return ClassNames.unnamed(count);
    }
    List<String> ordered = new ArrayList<>();
    for (int id = 0; id < count; id++) {
      ordered.add(String.valueOf(names.get(Integer.toString(id))));
    }
    return new ClassNames(ordered);
  }

  private EncoderConfig copy(
      int layers, double hidden, double attention, int numLabels, Map<String, Object> keys) {
    return new EncoderConfig(
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

  static boolean isClassifier(Map<String, Object> keys, Architecture architecture) {
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
  EncoderConfig withActivation(String pythonClass) {
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
  public EncoderConfig withoutActivation() {
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
  EncoderConfig withDtype(TensorType type) {
    String name =
        switch (type) {
          case F16 -> "float16";
          case BF16 -> "bfloat16";
          case F64 -> "float64";
          default -> "float32";
        };
    return with("torch_dtype", name).without("dtype");
  }

  private EncoderConfig with(String key, Object value) {
    Map<String, Object> keys = new LinkedHashMap<>(otherKeys);
    keys.put(key, value);
    return copy(layers, hiddenDropout, attentionDropout, numLabels, keys);
  }

  private EncoderConfig without(String key) {
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
    return EncoderConfigWriter.encoder(this);
  }

  /** The content of config.json for a sparse encoder. */
  ObjectNode toMaskedJson() {
    return EncoderConfigWriter.masked(this);
  }

  /** The content of config.json for a cross-encoder. */
  ObjectNode toClassifierJson() {
    return EncoderConfigWriter.classifier(this);
  }
}
