package io.silverspark.model.files;

import io.silverspark.model.error.UserException;
import io.silverspark.model.evaluation.Similarity;
import io.silverspark.model.prompt.Prompts;
import java.util.Arrays;
import java.util.OptionalInt;

/**
 * What config_sentence_transformers.json says of the vectors of a sentence encoder.
 *
 * @param truncateDim how many components of a vector are kept, the first ones; empty keeps all
 * @param similarity how two vectors are compared
 * @param prompts what can stand in front of the texts
 */
public record SentenceSettings(OptionalInt truncateDim, Similarity similarity, Prompts prompts) {
  static final String TRUNCATE_DIM = "truncate_dim";
  static final String SIMILARITY = "similarity_fn_name";

  /** All components, compared by the cosine, without prompts. */
  public static final SentenceSettings DEFAULT =
      new SentenceSettings(OptionalInt.empty(), Similarity.COSINE, Prompts.NONE);

  /** Checks the value. */
  public SentenceSettings {
    if (truncateDim.isPresent() && truncateDim.getAsInt() < 1) {
      throw new UserException(
          "truncate_dim is %d, expected a whole number of at least 1"
              .formatted(truncateDim.getAsInt()));
    }
  }

  static SentenceSettings read(JsonObject config) {
    return read(config, Similarity.COSINE);
  }

  /** A sparse encoder's, which are compared by the dot product and never cut. */
  static SentenceSettings readSparse(JsonObject config) {
    if (config.get(TRUNCATE_DIM).isPresent()) {
      throw config.wrong(TRUNCATE_DIM, "null, since a sparse encoder's components are tokens");
    }
    return read(config, Similarity.DOT);
  }

  private static SentenceSettings read(JsonObject config, Similarity usual) {
    OptionalInt truncateDim =
        config.get(TRUNCATE_DIM).isEmpty()
            ? OptionalInt.empty()
            : OptionalInt.of(config.whole(TRUNCATE_DIM, 1, 1));
    String name = config.text(SIMILARITY, usual.functionName());
    Similarity similarity =
        Arrays.stream(Similarity.values())
            .filter(each -> each.functionName().equals(name))
            .findFirst()
            .orElseThrow(() -> config.wrong(SIMILARITY, "cosine, dot, euclidean or manhattan"));
    return new SentenceSettings(truncateDim, similarity, PromptKeys.read(config));
  }

  /**
   * Another number of components.
   *
   * @param components to keep; empty keeps all
   * @return changed copy
   */
  public SentenceSettings withTruncateDim(OptionalInt components) {
    return new SentenceSettings(components, similarity, prompts);
  }

  /**
   * Another similarity.
   *
   * @param replacement how two vectors are compared
   * @return changed copy
   */
  public SentenceSettings withSimilarity(Similarity replacement) {
    return new SentenceSettings(truncateDim, replacement, prompts);
  }

  /**
   * Other prompts.
   *
   * @param replacement texts by name, and the name of the default
   * @return changed copy
   */
  public SentenceSettings withPrompts(Prompts replacement) {
    return new SentenceSettings(truncateDim, similarity, replacement);
  }
}
