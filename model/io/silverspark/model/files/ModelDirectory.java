package io.silverspark.model.files;

import com.fasterxml.jackson.databind.JsonNode;
import io.silverspark.model.disk.AtomicWrite;
import io.silverspark.model.error.UserException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * A model directory as Hugging Face transformers and sentence-transformers lay it out: config.json,
 * model.safetensors and tokenizer.json, with modules.json, 1_Pooling and sentence_bert_config.json
 * for a sentence encoder. The architectures are those of {@link Architecture}.
 */
public final class ModelDirectory {
  /** sentence-transformers once named the file after the architecture. */
  private static final List<String> SENTENCE_CONFIGS =
      List.of(
          "sentence_bert_config.json",
          "sentence_roberta_config.json",
          "sentence_distilbert_config.json",
          "sentence_camembert_config.json",
          "sentence_albert_config.json",
          "sentence_xlm-roberta_config.json",
          "sentence_xlnet_config.json");

  private ModelDirectory() {}

  /**
   * Reads a directory that transformers, sentence-transformers (2 to 6) or this class wrote.
   *
   * <p>A cross-encoder is told by an architecture such as BertForSequenceClassification. A
   * directory without modules.json is pooled by the mean and not normalised, as
   * sentence-transformers does. The limit on the input is max_seq_length of
   * sentence_bert_config.json, else the lower of model_max_length of tokenizer_config.json and
   * max_position_embeddings, and never more than the rows of a position table.
   *
   * <p>An adapter of PEFT (adapter_config.json) is merged into its base, which is in the same
   * directory or is the model that the file names.
   *
   * @param directory an existing directory
   * @return the model
   * @throws UserException if a file is missing or wrong, or the model needs something unsupported:
   *     another architecture, another module
   */
  public static ModelFiles read(Path directory) {
    if (!Files.isDirectory(directory)) {
      String found = Files.exists(directory) ? "is a file" : "does not exist";
      throw new UserException("model directory " + directory + " " + found);
    }
    ModuleFiles modules = ModuleFiles.read(directory);
    if (modules.isStatic()) {
      return StaticModelDirectory.read(modules, sentenceConfig(directory, false));
    }
    Path transformer = modules.transformer();
    Path configFile = transformer.resolve("config.json");
    Optional<AdapterDirectory> adapter = AdapterDirectory.read(transformer);
    // Beside an adapter, transformers takes the base from the same directory if it is there.
    Optional<ModelFiles> base =
        adapter
            .filter(some -> !Files.exists(configFile))
            .map(some -> ModelReference.open(some.base()));
    EncoderConfig config =
        base.map(ModelFiles::config)
            .orElseGet(
                () -> EncoderConfig.parse(JsonObject.bytes(configFile), configFile.toString()));
    boolean classifies = adapter.isPresent() && adapter.get().hasClassifier(config);
    boolean crossEncoder = (config.isClassifier() || classifies) && !modules.pooled();
    JsonObject sentenceConfig = sentenceConfig(directory, crossEncoder);
    JsonObject transformerConfig = transformerConfig(directory, transformer);
    config = config.withActivation(sentenceConfig.text("activation_fn", ""));
    Map<String, TensorData> checkpoint =
        base.map(ModelFiles::weights).orElseGet(() -> WeightFiles.read(transformer));
    if (adapter.isPresent()) {
      checkpoint = adapter.get().mergedInto(checkpoint, config);
    }
    if (crossEncoder) {
      int labels = Math.toIntExact(EncoderWeights.labels(checkpoint, config));
      config =
          classifies
              ? config.withNumLabels(labels)
              : config.ofClassifier(labels, configFile.toString());
    }
    Map<String, TensorData> weights =
        EncoderWeights.select(checkpoint, config, crossEncoder, transformer.toString());
    boolean sparse = modules.modules().splade().isPresent();
    if (sparse) {
      if (adapter.isPresent()) {
        throw new UserException(
            transformer + " has an adapter of PEFT, which is not supported for a sparse encoder");
      }
      LanguageModelHead.requireOf(weights, config, transformer.toString());
      LanguageModelHead.requireTied(checkpoint, config, transformer.toString());
    }
    if (!crossEncoder) {
      weights.putAll(modules.weights(sparse ? config.vocabSize() : config.hiddenSize()));
    }
    return new ModelFiles(
        config,
        weights,
        base.isPresent() && !Files.exists(transformer.resolve("tokenizer.json"))
            ? base.get().tokenizer()
            : TokenizerFiles.read(
                transformer, config, transformerConfig.flag("do_lower_case", false)),
        crossEncoder ? SentenceModules.NONE : modules.modules(),
        maxSeqLength(transformerConfig, transformer, config),
        crossEncoder
            ? SentenceSettings.DEFAULT.withPrompts(PromptKeys.ofCrossEncoder(sentenceConfig))
            : sparse
                ? SentenceSettings.readSparse(sentenceConfig)
                : SentenceSettings.read(sentenceConfig),
        KeptKeys.read(
            sentenceConfig,
            transformerConfig,
            crossEncoder
                ? KeptKeys.Kind.CROSS_ENCODER
                : sparse ? KeptKeys.Kind.SPARSE_ENCODER : KeptKeys.Kind.SENTENCE_TRANSFORMER));
  }

  /** What a sentence encoder says of its vectors; the default where its directory says nothing. */
  static SentenceSettings settings(Path directory) {
    JsonObject config = sentenceConfig(directory, false);
    return isSparse(directory)
        ? SentenceSettings.readSparse(config)
        : SentenceSettings.read(config);
  }

  /** Whether modules.json is a sparse encoder's. */
  static boolean isSparse(Path directory) {
    return ModuleFiles.read(directory).modules().splade().isPresent();
  }

  /**
   * What sentence-transformers says of the model. It counts as there: beside modules.json alone,
   * and for a cross-encoder only where it says that it is of one. All else is a plain transformer
   * or a model of another kind, whose prompts and activation are not meant.
   */
  private static JsonObject sentenceConfig(Path directory, boolean crossEncoder) {
    Path file = directory.resolve("config_sentence_transformers.json");
    JsonObject found = JsonObject.readIfPresent(file);
    boolean counts =
        Files.exists(directory.resolve(ModuleFiles.NAME))
            && (!crossEncoder || found.get(KeptKeys.MODEL_TYPE).isPresent());
    return counts ? found : KeptKeys.withoutHonoured(found);
  }

  private static int maxSeqLength(
      JsonObject transformerConfig, Path transformer, EncoderConfig config) {
    OptionalInt told = limit(transformerConfig, "max_seq_length");
    if (told.isPresent()) {
      return Math.min(told.getAsInt(), config.maxTokens());
    }
    OptionalInt tokenizer = limit(tokenizerConfig(transformer), "model_max_length");
    return Math.min(tokenizer.orElse(config.ratedTokens()), config.ratedTokens());
  }

  /** A limit in tokens; transformers writes 1e30 for "none". */
  private static OptionalInt limit(JsonObject json, String key) {
    JsonNode value = json.get(key).orElse(null);
    if (value == null || value.isNumber() && value.doubleValue() > Integer.MAX_VALUE) {
      return OptionalInt.empty();
    }
    return OptionalInt.of(json.whole(key, 0, 3));
  }

  private static JsonObject tokenizerConfig(Path transformer) {
    return JsonObject.readIfPresent(transformer.resolve("tokenizer_config.json"));
  }

  /** What sentence-transformers says of the transformer; this too counts beside modules.json. */
  private static JsonObject transformerConfig(Path directory, Path transformer) {
    Path file =
        SENTENCE_CONFIGS.stream()
            .map(transformer::resolve)
            .filter(Files::exists)
            .findFirst()
            .orElse(transformer.resolve(SENTENCE_CONFIGS.get(0)));
    return Files.exists(directory.resolve(ModuleFiles.NAME))
        ? JsonObject.readIfPresent(file)
        : new JsonObject(JsonObject.MAPPER.createObjectNode(), file.toString());
  }

  /**
   * Writes a directory that {@code SentenceTransformer(dir)}, or {@code CrossEncoder(dir)} for a
   * cross-encoder, loads in Python with the same results.
   *
   * <p>All files are written and forced to disk beside the target, then the directory is renamed,
   * so a target is either whole or absent. A model directory that is already there is replaced.
   *
   * @param model what to write
   * @param adapter what was trained of the model, to be written once more alone, into the directory
   *     {@code adapter}; not written if it has no base
   * @param directory the target; parent directories are created
   * @param modelCardMarkdown content of README.md
   * @throws UserException if the target holds files that are not a model, cannot be written, or the
   *     weights do not fit the configuration
   */
  public static void write(
      ModelFiles model, Optional<LoraAdapter> adapter, Path directory, String modelCardMarkdown) {
    EncoderWeights.select(
        model.weights(), model.config(), model.isCrossEncoder(), "the model for " + directory);
    model
        .modules()
        .weights()
        .forEach(
            (name, shape) ->
                EncoderWeights.checked(
                    model.weights().get(name), name, shape, "the model for " + directory));
    ModelFiles written =
        model.isSparse()
            ? model
            : model.withWeights(LanguageModelHead.removedFrom(model.weights()));
    Path target = directory.toAbsolutePath().normalize();
    requireReplaceable(target);
    try {
      AtomicWrite.directory(
          target,
          partial -> {
            ModelDirectoryWriter.write(written, partial, modelCardMarkdown);
            if (adapter.filter(own -> !own.base().isEmpty()).isPresent()) {
              Path beside = Files.createDirectory(partial.resolve("adapter"));
              ModelDirectoryWriter.writeAdapter(written, adapter.get(), beside);
            }
          });
    } catch (IOException | UncheckedIOException e) {
      throw new UserException("model directory " + directory + " cannot be written: " + e, e);
    }
  }

  /** Writes a model without an adapter beside it. */
  public static void write(ModelFiles model, Path directory, String modelCardMarkdown) {
    write(model, Optional.empty(), directory, modelCardMarkdown);
  }

  /** Only an empty directory or a model may be replaced, never a folder of other things. */
  private static void requireReplaceable(Path target) {
    try (Stream<Path> files = Files.list(target)) {
      List<String> names = files.map(file -> file.getFileName().toString()).toList();
      if (target.getParent() != null
          && (names.isEmpty()
              || names.contains("config.json")
              || names.contains(ModuleFiles.NAME))) {
        return;
      }
    } catch (NoSuchFileException e) {
      return; // new, or another process is just replacing it
    } catch (IOException e) {
      // No directory, or one that may not be read: refused.
    }
    throw new UserException(
        "%s is not a model directory, expected a new or empty directory or a model to replace"
            .formatted(target));
  }
}
