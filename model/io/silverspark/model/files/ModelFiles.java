package io.silverspark.model.files;

import io.silverspark.model.error.UserException;
import io.silverspark.model.evaluation.Similarity;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Everything of a model, in memory and without native resources.
 *
 * @param config the encoder's shape
 * @param weights by Hugging Face name of a BertModel without prefix ({@code
 *     encoder.layer.0.attention.self.query.weight}, linear weights [out, in]), whatever the
 *     architecture's own files call them; a cross-encoder has {@code pooler.dense.*} and {@code
 *     classifier.*} too, an encoder has {@code cls.predictions.*} where its file does, see {@link
 *     LanguageModelHead}, and the weights of its modules, see {@link SentenceModules}
 * @param tokenizer files of the tokenizer
 * @param modules how token vectors become a sentence vector; unused by a cross-encoder
 * @param maxSeqLength longest input in tokens, special ones included; at most config.maxTokens
 * @param settings of the sentence vectors; unused by a cross-encoder
 * @param keptKeys what is only written back
 */
public record ModelFiles(
    EncoderConfig config,
    Map<String, TensorData> weights,
    TokenizerFiles tokenizer,
    SentenceModules modules,
    int maxSeqLength,
    SentenceSettings settings,
    KeptKeys keptKeys) {

  /** Copies the map, keeping its order. */
  public ModelFiles {
    if (maxSeqLength < 1 || maxSeqLength > config.maxTokens()) {
      throw new IllegalArgumentException(
          "maxSeqLength is %d, expected 1 to %d".formatted(maxSeqLength, config.maxTokens()));
    }
    weights = Collections.unmodifiableMap(new LinkedHashMap<>(weights));
  }

  /**
   * A model whose tokenizer has no files beside tokenizer.json.
   *
   * @param tokenizerJson content of tokenizer.json; do not modify
   */
  public ModelFiles(
      EncoderConfig config,
      Map<String, TensorData> weights,
      byte[] tokenizerJson,
      SentenceModules modules,
      int maxSeqLength,
      SentenceSettings settings,
      KeptKeys keptKeys) {
    this(
        config,
        weights,
        TokenizerFiles.of(tokenizerJson),
        modules,
        maxSeqLength,
        settings,
        keptKeys);
  }

  /**
   * A static model: a vector for each token, the mean of a text's, scaled to length 1.
   *
   * @param table [tokens, width]
   * @param tokenizerJson content of tokenizer.json, whose ids are the rows; do not modify
   * @return a sentence encoder without layers
   */
  public static ModelFiles ofStatic(TensorData table, byte[] tokenizerJson) {
    return StaticModelDirectory.of(table, tokenizerJson);
  }

  /**
   * Whether a table of vectors stands in place of the transformer.
   *
   * @return true for a static model
   */
  public boolean isStatic() {
    return config.architecture() == Architecture.STATIC;
  }

  /**
   * Whether a vector has a weight for each token of the vocabulary.
   *
   * @return true for a sparse encoder
   */
  public boolean isSparse() {
    return modules.splade().isPresent();
  }

  /**
   * Width of what the modules take of each token.
   *
   * @return the hidden size; the size of the vocabulary for a sparse encoder, which takes logits
   */
  public int tokenWidth() {
    return isSparse() ? config.vocabSize() : config.hiddenSize();
  }

  /**
   * This model as a sparse encoder: itself, or a masked language model with {@link
   * SentenceModule.SpladePooling#DEFAULT}, compared by the dot product.
   *
   * @param where the model, for the message
   * @return a copy
   * @throws UserException if the model has no head of a masked language model
   */
  public ModelFiles asSparse(String where) {
    if (isSparse()) {
      return this;
    }
    LanguageModelHead.requireOf(weights, config, where);
    return withModules(SentenceModules.of(SentenceModule.SpladePooling.DEFAULT))
        .withSettings(settings.withSimilarity(Similarity.DOT).withTruncateDim(OptionalInt.empty()));
  }

  /**
   * Content of tokenizer.json.
   *
   * @return do not modify
   */
  public byte[] tokenizerJson() {
    return tokenizer.json();
  }

  /**
   * The tokens of the tokenizer.
   *
   * @return as it writes them, such as {@code ##ing}, by id; ids without a token are missing
   */
  public Map<Integer, String> tokens() {
    return TokenizerFile.parse(tokenizerJson(), "tokenizer.json").tokensById();
  }

  /**
   * Whether the weights hold a classifier over pairs of texts.
   *
   * @return true for a cross-encoder, false for a sentence encoder
   */
  public boolean isCrossEncoder() {
    return weights.containsKey("classifier.weight");
  }

  /**
   * Width of the sentence vectors as they are given out, truncated where the model says so.
   *
   * @return components
   */
  public int dimension() {
    int whole = modules.dimension(tokenWidth());
    return Math.min(whole, settings.truncateDim().orElse(whole));
  }

  /**
   * The same model cut to its first layers; embeddings, modules and heads stay.
   *
   * @param count how many encoder layers to keep
   * @return a model that shares the kept weights
   * @throws UserException if the count is not from 1 to the model's number of layers
   */
  public ModelFiles keepLayers(int count) {
    if (count < 1 || count > config.layers()) {
      throw new UserException(
          "cannot keep %d layers of a model that has %d, expected 1 to %d"
              .formatted(count, config.layers(), config.layers()));
    }
    EncoderConfig cut = config.withLayers(count);
    Map<String, TensorData> kept = new LinkedHashMap<>(weights);
    kept.keySet().removeAll(config.program().shapes(false).keySet());
    for (String name : cut.program().shapes(false).keySet()) {
      kept.put(name, weights.get(name));
    }
    return withWeights(kept).withConfig(cut);
  }

  /**
   * The same model with other weights, after training for instance.
   *
   * @param replacement all weights, named as in {@link #weights()}
   * @return a copy
   */
  public ModelFiles withWeights(Map<String, TensorData> replacement) {
    return new ModelFiles(
        config, replacement, tokenizer, modules, maxSeqLength, settings, keptKeys);
  }

  /**
   * The same model with another configuration.
   *
   * @param replacement has to fit the weights
   * @return a copy
   */
  public ModelFiles withConfig(EncoderConfig replacement) {
    return new ModelFiles(
        replacement, weights, tokenizer, modules, maxSeqLength, settings, keptKeys);
  }

  /**
   * The same transformer with other steps after it. Weights of the old ones are dropped.
   *
   * @param replacement modules without weights, or {@link SentenceModules#NONE}
   * @return a copy
   */
  public ModelFiles withModules(SentenceModules replacement) {
    Map<String, TensorData> kept = modules.removedFrom(weights);
    return new ModelFiles(config, kept, tokenizer, replacement, maxSeqLength, settings, keptKeys);
  }

  /**
   * The same model with other settings of its vectors.
   *
   * @param replacement truncation and similarity
   * @return a copy
   */
  public ModelFiles withSettings(SentenceSettings replacement) {
    return new ModelFiles(config, weights, tokenizer, modules, maxSeqLength, replacement, keptKeys);
  }

  /**
   * The same model with another limit on the input.
   *
   * @param tokens longest input, special tokens included
   * @return a copy
   * @throws UserException if the limit is below 3 or above the model's number of positions
   */
  public ModelFiles withMaxSeqLength(int tokens) {
    if (tokens < 3 || tokens > config.maxTokens()) {
      throw new UserException(
          "max_seq_length is %d, expected 3 to %d, the positions of the model"
              .formatted(tokens, config.maxTokens()));
    }
    return new ModelFiles(config, weights, tokenizer, modules, tokens, settings, keptKeys);
  }
}
