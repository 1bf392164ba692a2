package io.silverspark.model.distillation;

import io.silverspark.model.encoder.BatchListener;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.error.UserException;
import io.silverspark.model.files.ModelFiles;
import io.silverspark.model.files.ModelReference;
import io.silverspark.model.files.PoolingMode;
import io.silverspark.model.files.SentenceModules;
import io.silverspark.model.files.SentenceSettings;
import io.silverspark.model.files.StaticVocabulary;
import io.silverspark.model.files.TensorData;
import io.silverspark.model.tokenizer.TokenizedText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * Distils a static model from an encoder by the recipe of Model2Vec: each token of the vocabulary
 * is encoded as a text of its own, the vectors go through principal component analysis (PCA), and
 * each is weighted by the frequency that its rank says. No training data are needed.
 *
 * <p>The weight of the token at rank r of n, from 0, is a / (a + p) with p = (1 / (r + 2)) / (1/2 +
 * ... + 1/(n + 1)): Zipf's law gives the frequency, smooth inverse frequency (SIF) the weight.
 * Source: model2vec 0.8.2, distill/inference.py.
 *
 * @param pcaDims components that PCA keeps, more than the encoder is wide keeps all; empty: no PCA
 * @param sifCoefficient the a of the weights, above 0 and below 1; empty: no weights
 * @param tokenRemovePattern tokens that begin with it are left out; empty: none is
 * @param vocabulary words of one's own beside the encoder's tokens
 * @param pooling how the token vectors of such a text become one
 */
public record StaticDistillation(
    OptionalInt pcaDims,
    OptionalDouble sifCoefficient,
    Optional<Pattern> tokenRemovePattern,
    List<String> vocabulary,
    PoolingMode pooling) {
  /** What Model2Vec does by default: 256 components, 1e-4, without {@code [unused0]} and so on. */
  public static final StaticDistillation DEFAULT =
      new StaticDistillation(
          OptionalInt.of(256),
          OptionalDouble.of(1e-4),
          Optional.of(Pattern.compile("\\[unused\\d+\\]")),
          List.of(),
          PoolingMode.MEAN);

  /**
   * A static model.
   *
   * @param files of the model, for {@code ModelDirectory.write} and {@code SentenceEncoder.of}
   * @param tokens rows of its table
   * @param words of one's own among them; those that were one token already are not counted
   * @param explainedVariance part of the variance that PCA kept, 0 to 1; empty without PCA
   */
  public record Distilled(
      ModelFiles files, int tokens, int words, OptionalDouble explainedVariance) {}

  /** Checks the values. */
  public StaticDistillation {
    if (pcaDims.isPresent() && pcaDims.getAsInt() < 1) {
      throw new UserException("pcaDims is %d, expected at least 1".formatted(pcaDims.getAsInt()));
    }
    sifCoefficient.ifPresent(
        a -> {
          if (!(a > 0 && a < 1)) {
            throw new UserException(
                "sifCoefficient is %s, expected a number above 0 and below 1".formatted(a));
          }
        });
    vocabulary = List.copyOf(vocabulary);
  }

  /**
   * The same recipe with words of one's own.
   *
   * @param words found whole in a text
   * @return changed copy
   */
  public StaticDistillation withVocabulary(List<String> words) {
    return new StaticDistillation(pcaDims, sifCoefficient, tokenRemovePattern, words, pooling);
  }

  /**
   * Distils a model.
   *
   * @param reference a sentence encoder or a plain transformer; its modules after the transformer
   *     and its prompts take no part
   * @param options device, precision, layers
   * @param listener hears of each batch of tokens
   * @return the static model, in float32
   * @throws UserException if the model is a cross-encoder or static, a word has no token, or there
   *     are no more tokens than components
   */
  public Distilled distil(String reference, EncoderOptions options, BatchListener listener) {
    ModelFiles whole = options.applyTo(ModelReference.open(reference));
    if (whole.isCrossEncoder() || whole.isStatic()) {
      throw new UserException(
          "model '%s' is a %s, expected a sentence encoder or a plain transformer"
              .formatted(reference, whole.isStatic() ? "static model already" : "cross-encoder"));
    }
    StaticVocabulary kept = StaticVocabulary.of(whole, tokenRemovePattern);
    ModelFiles plain =
        whole
            .withModules(SentenceModules.of(pooling, false))
            .withSettings(SentenceSettings.DEFAULT);
    try (SentenceEncoder encoder = SentenceEncoder.of(plain, options)) {
      List<TokenizedText> tokens = new ArrayList<>();
      kept.encoderIds().forEach(id -> tokens.add(encoder.tokenizer().around(id)));
      Map<String, TokenizedText> words = words(encoder);
      tokens.addAll(words.values());
      float[][] vectors = encoder.encodeTokenized(tokens, listener);
      OptionalDouble variance = OptionalDouble.empty();
      if (pcaDims.isPresent()) {
        int components = Math.min(pcaDims.getAsInt(), vectors[0].length);
        requireMore(vectors.length, components);
        PrincipalComponents principal = PrincipalComponents.of(vectors, components);
        vectors = principal.projected();
        variance = OptionalDouble.of(principal.explainedVariance());
      }
      ModelFiles files =
          ModelFiles.ofStatic(table(vectors), kept.tokenizer(List.copyOf(words.keySet())));
      return new Distilled(files, vectors.length, words.size(), variance);
    }
  }

  private static void requireMore(int tokens, int components) {
    if (tokens <= components) {
      throw new UserException(
          "PCA to %d components of %d tokens, expected fewer components than tokens, or none"
              .formatted(components, tokens));
    }
  }

  /** Words that are more than one token, by the encoder's own tokens; the first of equals. */
  private Map<String, TokenizedText> words(SentenceEncoder encoder) {
    int around = encoder.tokenizer().encode("").length();
    Map<TokenizedText, String> distinct = new LinkedHashMap<>();
    for (String word : vocabulary) {
      TokenizedText tokens = encoder.tokenizer().encode(word);
      if (word.isBlank() || tokens.length() == around) {
        throw new UserException(
            "'%s' of the vocabulary has no token, expected a word".formatted(word));
      }
      if (tokens.length() > around + 1) {
        distinct.putIfAbsent(tokens, word.strip());
      }
    }
    Map<String, TokenizedText> words = new LinkedHashMap<>();
    distinct.forEach((tokens, word) -> words.put(word, tokens));
    return words;
  }

  /** The table of the model: each row by its weight. */
  private TensorData table(float[][] vectors) {
    int width = vectors[0].length;
    double harmonic = 0;
    for (int rank = 0; rank < vectors.length; rank++) {
      harmonic += 1.0 / (rank + 2);
    }
    float[] table = new float[Math.multiplyExact(vectors.length, width)];
    for (int rank = 0; rank < vectors.length; rank++) {
      double weight = 1;
      if (sifCoefficient.isPresent()) {
        double frequency = 1.0 / (rank + 2) / harmonic;
        weight = sifCoefficient.getAsDouble() / (sifCoefficient.getAsDouble() + frequency);
      }
      for (int i = 0; i < width; i++) {
        table[rank * width + i] = (float) (weight * vectors[rank][i]);
      }
    }
    return TensorData.ofFloats(table, vectors.length, width);
  }
}
