package io.silverspark.udfs.sql;

import io.silverspark.model.encoder.Precision;
import io.silverspark.model.error.UserException;
import io.silverspark.model.files.ModelReference;
import io.silverspark.model.mining.VectorSimilarity;
import io.silverspark.model.prompt.Prompt;
import io.silverspark.udfs.columns.SparseEmbedding;
import io.silverspark.udfs.serving.EncodeSpec;
import io.silverspark.udfs.serving.NullText;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.SparkSession;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The models behind the SQL functions, read from string settings with a common prefix:
 *
 * <ul>
 *   <li>{@code model}: for {@code embed} and {@code similarity}
 *   <li>{@code cross-model}: for {@code score_pair}
 *   <li>{@code layers}, {@code precision} (auto, fp32, bf16, fp16, int8), {@code device} (cpu,
 *       cuda, cuda:N), {@code max-seq-length}, {@code truncate-dim}, {@code batch-rows}: for both;
 *       defaults as in {@link EncodeSpec#of}
 *   <li>{@code prompt} or {@code prompt-name}: for {@code embed} and {@code similarity}; default:
 *       the model's default prompt
 *   <li>{@code query-prompt} or {@code query-prompt-name}, {@code corpus-prompt} or {@code
 *       corpus-prompt-name}: for {@code embed_query}, {@code embed_document} and {@code top_k};
 *       default: the model's prompts "query" and "document"
 *   <li>{@code match-class}: for {@code score_pair}, name or number of the class that counts as a
 *       match; by default the one that the model's names tell
 *   <li>{@code similarity}: how {@code similarity} and {@code top_k} compare, texts and stored
 *       embeddings: cosine, dot, euclidean or manhattan; by default what the model says, the cosine
 *       without a model
 *   <li>{@code max-active-dims}: dimensions of the vectors of a sparse encoder that are kept; 0,
 *       the default, keeps all
 *   <li>{@code runs-dir}: where procedures keep their runs
 * </ul>
 *
 * <p>In SQL a null text gives null.
 */
public final class FunctionModels {
  static final List<String> KEYS =
      List.of(
          "model",
          "cross-model",
          "match-class",
          "similarity",
          "layers",
          "precision",
          "device",
          "max-seq-length",
          "truncate-dim",
          "max-active-dims",
          "batch-rows",
          "prompt",
          "prompt-name",
          "query-prompt",
          "query-prompt-name",
          "corpus-prompt",
          "corpus-prompt-name",
          "runs-dir");

  private static final String MODELS = "builtin:all-MiniLM-L6-v2 or a model directory";
  private static final String PREFIX = "spark.silverspark.";

  /** What keys of catalogs start with; the name of one follows. */
  public static final String CATALOGS = "spark.sql.catalog.";

  /** As SQL configuration names the catalog. */
  private static final String CATALOG = "io.silverspark.udfs.SilverSparkCatalog";

  private final String prefix;
  private final Map<String, String> settings;

  /**
   * Keeps the settings; each is checked when a function needs it.
   *
   * @param prefix of the keys, as the user wrote them, for messages
   * @param settings by key without prefix
   * @throws UserException if a key is unknown
   */
  public FunctionModels(String prefix, Map<String, String> settings) {
    this.prefix = prefix;
    this.settings = Map.copyOf(settings);
    Set<String> unknown = new TreeSet<>(settings.keySet());
    unknown.removeAll(Set.copyOf(KEYS));
    if (!unknown.isEmpty()) {
      throw new UserException(
          "unknown setting '%s%s'; allowed after '%s' are %s"
              .formatted(prefix, unknown.iterator().next(), prefix, String.join(", ", KEYS)));
    }
  }

  /**
   * The models of the active session: those of the settings {@code spark.silverspark.model} and so
   * on, or else those of its catalog.
   */
  public static FunctionModels ofSession() {
    SparkSession spark = SparkSession.active();
    FunctionModels own = of(spark, PREFIX);
    return own.isEmpty() ? catalog(spark).map(name -> of(spark, name)).orElse(own) : own;
  }

  /** The models of the settings with a prefix, as they are now in a session. */
  public static FunctionModels of(SparkSession spark, String prefix) {
    Map<String, String> settings = new HashMap<>();
    configuration(spark)
        .forEach(
            (key, value) -> {
              if (key.startsWith(prefix)) {
                settings.put(key.substring(prefix.length()).toLowerCase(Locale.ROOT), value);
              }
            });
    return new FunctionModels(prefix, settings);
  }

  /** The prefix of the settings of the catalog that holds the functions; the first by name. */
  private static Optional<String> catalog(SparkSession spark) {
    return configuration(spark).entrySet().stream()
        .filter(entry -> entry.getKey().startsWith(CATALOGS))
        .filter(entry -> entry.getValue().equals(CATALOG))
        .map(entry -> entry.getKey() + ".")
        .min(Comparator.naturalOrder());
  }

  private static Map<String, String> configuration(SparkSession spark) {
    return CollectionConverters.asJava(spark.conf().getAll());
  }

  boolean isEmpty() {
    return settings.isEmpty();
  }

  /** For texts of any kind. */
  public EncodeSpec encoder(String function) {
    return encoder(function, "prompt", Prompt.DEFAULT);
  }

  /** For texts that search. */
  public EncodeSpec query(String function) {
    return encoder(function, "query-prompt", Prompt.QUERY);
  }

  /** For texts that are searched. */
  public EncodeSpec corpus(String function) {
    return encoder(function, "corpus-prompt", Prompt.DOCUMENT);
  }

  private EncodeSpec encoder(String function, String promptKey, Prompt otherwise) {
    String nameKey = promptKey + "-name";
    Prompt prompt =
        Prompt.chosen(
            Optional.ofNullable(settings.get(promptKey)),
            Optional.ofNullable(settings.get(nameKey)),
            otherwise,
            prefix + promptKey + " and " + prefix + nameKey);
    EncodeSpec spec = spec("model", function, MODELS).withPrompt(prompt);
    if (maxActiveDims() > 0 && !ModelReference.isSparse(spec.model())) {
      throw new UserException(
          "%smax-active-dims = %d is read with a sparse encoder only, and '%s' is none: unset it"
              .formatted(prefix, maxActiveDims(), spec.model()));
    }
    return spec;
  }

  /**
   * How embeddings are compared.
   *
   * @throws UserException if the setting has another value, or the model cannot be read
   */
  public VectorSimilarity similarity() {
    String chosen = settings.getOrDefault("similarity", "").strip();
    String model = settings.getOrDefault("model", "");
    if (chosen.isEmpty()) {
      return model.isBlank()
          ? VectorSimilarity.COSINE
          : VectorSimilarity.of(ModelReference.settings(model).similarity());
    }
    return Arrays.stream(VectorSimilarity.values())
        .filter(each -> each.functionName().equalsIgnoreCase(chosen))
        .findFirst()
        .orElseThrow(
            () ->
                new UserException(
                    "%ssimilarity = '%s' is not valid: needs cosine, dot, euclidean or manhattan"
                        .formatted(prefix, chosen)));
  }

  /**
   * How sparse vectors are written.
   *
   * @param function that asks, for messages
   * @return empty if the model is no sparse encoder
   * @throws UserException if the model cannot be read
   */
  public Optional<SparseEmbedding.Form> sparse(String function) {
    String model = spec("model", function, MODELS).model();
    return ModelReference.isSparse(model)
        ? Optional.of(new SparseEmbedding.Form(maxActiveDims(), 0))
        : Optional.empty();
  }

  /**
   * Dimensions of a sparse encoder's vectors that are kept.
   *
   * @return 0: all
   */
  public int maxActiveDims() {
    return number("max-active-dims");
  }

  /** These models with another one. */
  FunctionModels with(String key, Optional<String> value) {
    if (value.isEmpty()) {
      return this;
    }
    Map<String, String> changed = new HashMap<>(settings);
    changed.put(key, value.get());
    return new FunctionModels(prefix, changed);
  }

  /** The directory of the runs of procedures, if one is set. */
  public Optional<String> runsDirectory() {
    return Optional.ofNullable(settings.get("runs-dir")).filter(text -> !text.isBlank());
  }

  /** The cross-encoder, for pairs of texts. */
  public EncodeSpec crossEncoder(String function) {
    return spec("cross-model", function, "the directory of a trained cross-encoder")
        .withMatchClass(settings.getOrDefault("match-class", ""));
  }

  private EncodeSpec spec(String key, String function, String example) {
    String model = settings.getOrDefault(key, "");
    if (model.isBlank()) {
      throw new UserException(
          "function %s needs a model: set %s%s to %s".formatted(function, prefix, key, example));
    }
    EncodeSpec spec = EncodeSpec.of(model);
    int batchRows = number("batch-rows");
    return spec.withBufferRows(batchRows == 0 ? spec.bufferRows() : batchRows)
        .withLayers(number("layers"))
        .withMaxSequenceLength(number("max-seq-length"))
        .withTruncateDim(number("truncate-dim"))
        .withPrecision(precision())
        .withDevice(settings.getOrDefault("device", "cpu"))
        .withNullText(NullText.KEEP);
  }

  private int number(String key) {
    String value = settings.getOrDefault(key, "0");
    try {
      int number = Integer.parseInt(value.strip());
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException ignored) {
      // Falls through to the message that shows the value.
    }
    throw new UserException(
        "%s%s = '%s' is not valid: needs a whole number >= 0".formatted(prefix, key, value));
  }

  private Precision precision() {
    String value = settings.getOrDefault("precision", "auto");
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "auto" -> Precision.AUTO;
      case "fp32" -> Precision.FP32;
      case "bf16" -> Precision.BF16;
      case "fp16" -> Precision.FP16;
      case "int8" -> Precision.INT8;
      default ->
          throw new UserException(
              "%sprecision = '%s' is not valid: needs auto, fp32, bf16, fp16 or int8"
                  .formatted(prefix, value));
    };
  }
}
