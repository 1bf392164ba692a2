package io.silverspark.model.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.silverspark.model.disk.AtomicWrite;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Every file of a model directory. The older spellings of sentence-transformers are used, since all
 * its versions read them.
 */
final class ModelDirectoryWriter {
  private final ModelFiles model;
  private final Path directory;

  private ModelDirectoryWriter(ModelFiles model, Path directory) {
    this.model = model;
    this.directory = directory;
  }

  static void write(ModelFiles model, Path directory, String modelCard) throws IOException {
    ModelDirectoryWriter writer = new ModelDirectoryWriter(model, directory);
    writer.text("README.md", modelCard);
    if (model.config().architecture() == Architecture.STATIC) {
      writer.bytes("tokenizer.json", model.tokenizerJson());
      writer.weights("", writer.names().ofEncoder(model.modules().removedFrom(model.weights())));
      writer.sentenceModules(ModuleFiles.STATIC, 1);
      return;
    }
    writer.tokenizer();
    if (model.isCrossEncoder()) {
      writer.json("config.json", writer.config().toClassifierJson());
      writer.weights("", writer.names().ofClassifier(model.modules().removedFrom(model.weights())));
      writer.crossEncoderModule();
    } else if (model.isSparse()) {
      writer.json("config.json", writer.config().toMaskedJson());
      writer.weights("", writer.names().ofMasked(model.weights()));
      writer.sentenceModules(ModuleFiles.MASKED, 0);
      writer.transformerConfig();
    } else {
      writer.json("config.json", writer.config().toEncoderJson());
      writer.weights("", writer.names().ofEncoder(model.modules().removedFrom(model.weights())));
      writer.sentenceModules("Transformer", 0);
      writer.transformerConfig();
    }
  }

  /** The adapter of PEFT alone, with everything of the model but the weights of its base. */
  static void writeAdapter(ModelFiles model, LoraAdapter adapter, Path directory)
      throws IOException {
    ModelDirectoryWriter writer = new ModelDirectoryWriter(model, directory);
    writer.json(LoraAdapter.CONFIG, adapter.json(model));
    Safetensors.write(
        directory.resolve(LoraAdapter.WEIGHTS), adapter.tensors(model), Map.of("format", "pt"));
    writer.tokenizer();
    if (model.isCrossEncoder()) {
      writer.crossEncoderModule();
    } else {
      writer.sentenceModules("Transformer", 0);
      writer.transformerConfig();
    }
  }

  private WeightNames names() {
    return new WeightNames(model.config().architecture());
  }

  private EncoderConfig config() {
    TensorType type = model.weights().values().iterator().next().type();
    return model.config().withDtype(type);
  }

  private void weights(String folder, Map<String, TensorData> weights) {
    Safetensors.write(
        directory.resolve(folder).resolve(WeightFiles.SINGLE), weights, Map.of("format", "pt"));
  }

  private void tokenizer() throws IOException {
    TokenizerFile tokenizer = TokenizerFile.parse(model.tokenizerJson(), "tokenizer.json");
    Map<String, String> special =
        tokenizer.namedTokens(model.tokenizer().settings(), model.config().padTokenId());
    bytes("tokenizer.json", tokenizer.used(special, model));
    if (tokenizer.isWordPiece()) {
      text("vocab.txt", tokenizer.vocabulary());
    }
    json(TokenizerFiles.SPECIAL, JsonObject.MAPPER.valueToTree(special));
    json(TokenizerFiles.CONFIG, tokenizer.config(special, model));
    if (!model.tokenizer().chatTemplate().isEmpty()) {
      text(TokenizerFiles.TEMPLATE, model.tokenizer().chatTemplate());
    }
  }

  /**
   * modules.json and what it names.
   *
   * @param first kind of the module that comes first
   * @param implied how many modules that one stands for beside itself
   */
  private void sentenceModules(String first, int implied) throws IOException {
    ArrayNode modules = JsonObject.MAPPER.createArrayNode();
    addModule(modules, "", first);
    int width = model.tokenWidth();
    boolean pooled = false;
    for (int i = 0; i < model.modules().list().size(); i++) {
      SentenceModule module = model.modules().list().get(i);
      String kind = module.getClass().getSimpleName();
      String folder = i + 1 - implied + "_" + kind;
      if (i >= implied) {
        addModule(modules, folder, kind);
        json(folder + "/config.json", ModuleConfig.write(module, width, pooled));
      }
      if (!module.weights().isEmpty()) {
        weights(folder, model.modules().own(i, model.weights()));
      }
      width = module.dimension(width);
      pooled |= module instanceof SentenceModule.Pooling;
    }
    json("modules.json", modules);
    ObjectNode sentence =
        sentenceConfig(
            model.isSparse() ? KeptKeys.Kind.SPARSE_ENCODER : KeptKeys.Kind.SENTENCE_TRANSFORMER);
    SentenceSettings settings = model.settings();
    sentence.put(SentenceSettings.SIMILARITY, settings.similarity().functionName());
    settings.truncateDim().ifPresent(size -> sentence.put(SentenceSettings.TRUNCATE_DIM, size));
    json("config_sentence_transformers.json", sentence);
  }

  private void transformerConfig() throws IOException {
    ObjectNode transformer = JsonObject.MAPPER.createObjectNode();
    transformer.put("max_seq_length", model.maxSeqLength()).put("do_lower_case", false);
    KeptKeys.write(model.keptKeys().transformer(), transformer);
    json("sentence_bert_config.json", transformer);
  }

  /** A cross-encoder is one module since sentence-transformers 6; older versions do not look. */
  private void crossEncoderModule() throws IOException {
    ArrayNode modules = JsonObject.MAPPER.createArrayNode();
    addModule(modules, "", "Transformer");
    json("modules.json", modules);
    ObjectNode transformer = JsonObject.MAPPER.createObjectNode();
    transformer.put("transformer_task", "sequence-classification");
    transformer
        .putObject("modality_config")
        .putObject("text")
        .put("method", "forward")
        .put("method_output_name", "logits");
    transformer.put("module_output_name", "scores");
    KeptKeys.write(model.keptKeys().transformer(), transformer);
    json("sentence_bert_config.json", transformer);
    ObjectNode sentence = sentenceConfig(KeptKeys.Kind.CROSS_ENCODER);
    model.config().activation().ifPresent(name -> sentence.put("activation_fn", name));
    json("config_sentence_transformers.json", sentence);
  }

  private ObjectNode sentenceConfig(KeptKeys.Kind kind) {
    ObjectNode sentence = JsonObject.MAPPER.createObjectNode();
    sentence.put(KeptKeys.MODEL_TYPE, kind.modelType()).putObject("__version__");
    PromptKeys.write(model.settings().prompts(), sentence);
    KeptKeys.write(model.keptKeys().sentence(), sentence);
    return sentence;
  }

  private static void addModule(ArrayNode modules, String path, String kind) {
    int index = modules.size();
    boolean sparse = kind.equals(ModuleFiles.MASKED) || kind.equals(ModuleFiles.SPLADE);
    String room =
        sparse ? "sentence_transformers.sparse_encoder.models." : "sentence_transformers.models.";
    modules
        .addObject()
        .put("idx", index)
        .put("name", Integer.toString(index))
        .put("path", path)
        .put("type", room + kind);
  }

  private void json(String name, JsonNode content) throws IOException {
    text(
        name,
        JsonObject.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(content) + "\n");
  }

  private void text(String name, String content) throws IOException {
    bytes(name, content.getBytes(StandardCharsets.UTF_8));
  }

  private void bytes(String name, byte[] content) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    AtomicWrite.file(file, content);
  }
}
