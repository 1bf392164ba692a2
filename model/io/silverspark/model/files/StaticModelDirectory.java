package io.silverspark.model.files;

import io.silverspark.model.error.UserException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The directory of a static embedding model, as sentence-transformers and Model2Vec write it: one
 * table of vectors and tokenizer.json, no config.json. Texts are tokenized without special tokens
 * and never cut; the vector of a text is the mean of its tokens'.
 */
final class StaticModelDirectory {
  private static final String TABLE = "embedding.weight";

  /** What Model2Vec calls it. */
  private static final String MODEL2VEC = "embeddings";

  private StaticModelDirectory() {}

  /**
   * Reads the model.
   *
   * @param modules of modules.json, the mean first
   * @param sentence content of config_sentence_transformers.json
   */
  static ModelFiles read(ModuleFiles modules, JsonObject sentence) {
    Path folder = modules.transformer();
    Map<String, TensorData> checkpoint = WeightFiles.read(folder);
    TensorData table = checkpoint.getOrDefault(TABLE, checkpoint.get(MODEL2VEC));
    if (table == null || table.shape().length != 2) {
      throw new UserException(
          "%s: tensor '%s' is %s, expected a table with a row for each token"
              .formatted(folder, TABLE, table == null ? "missing" : table));
    }
    EncoderConfig config = config(table);
    Map<String, TensorData> weights = new LinkedHashMap<>();
    weights.put(TABLE, EncoderWeights.checked(table, TABLE, table.shape(), folder.toString()));
    weights.putAll(modules.weights(config.hiddenSize()));
    JsonObject none =
        new JsonObject(JsonObject.MAPPER.createObjectNode(), "sentence_bert_config.json");
    return new ModelFiles(
        config,
        weights,
        TokenizerFiles.ofStaticModel(folder, config),
        modules.modules(),
        config.maxTokens(),
        SentenceSettings.read(sentence),
        KeptKeys.read(sentence, none, KeptKeys.Kind.SENTENCE_TRANSFORMER));
  }

  /** A model in memory, whose vectors are scaled to length 1. */
  static ModelFiles of(TensorData table, byte[] tokenizerJson) {
    EncoderConfig config = config(table);
    return new ModelFiles(
        config,
        Map.of(TABLE, table),
        new TokenizerFiles(tokenizerJson, false, Map.of(), "", false),
        SentenceModules.of(PoolingMode.MEAN, true),
        config.maxTokens(),
        SentenceSettings.DEFAULT,
        KeptKeys.NONE);
  }

  private static EncoderConfig config(TensorData table) {
    return new EncoderConfig(
        Math.toIntExact(table.shape()[1]),
        0,
        1,
        0,
        Math.toIntExact(table.shape()[0]),
        ConfigKeys.UNLIMITED,
        1,
        0,
        0,
        0,
        -1,
        2,
        Architecture.STATIC.modelType(),
        Map.of());
  }
}
