package io.silverspark.model.files;

import io.silverspark.model.error.UserException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What config_sentence_transformers.json says of the vectors of a sentence encoder.
 *
 * @param truncateDim how many components of a vector are kept, the first ones; empty keeps all
 * @param similarity how two vectors are compared
 */
public record SentenceSettings(OptionalInt truncateDim, Similarity similarity) {
  static final String TRUNCATE_DIM = "truncate_dim";
  static final String SIMILARITY = "similarity_fn_name";

  /** All components, compared by the cosine. */
  public static final SentenceSettings DEFAULT =
      new SentenceSettings(OptionalInt.empty(), Similarity.COSINE);

  /** Ways to compare two vectors, named as in {@code similarity_fn_name}. */
  public enum Similarity {
    /** Of the angle. */
    COSINE,
    /** Sum of products. */
    DOT,
    /** Negative Euclidean distance. */
    EUCLIDEAN,
    /** Negative sum of absolute differences. */
    MANHATTAN;

    /**
     * As in the file.
     *
     * @return such as {@code cosine}
     */
    public String functionName() {
      return name().toLowerCase(Locale.ROOT);
    }

    private static Optional<Similarity> named(String name) {
      return Arrays.stream(values()).filter(each -> each.functionName().equals(name)).findFirst();
    }

    private static List<String> names() {
      return Arrays.stream(values()).map(Similarity::functionName).toList();
    }
  }

  /** Checks the value. */
  public SentenceSettings {
    if (truncateDim.isPresent() && truncateDim.getAsInt() < 1) {
      throw new UserException(
          "truncate_dim is %d, expected a whole number of at least 1"
              .formatted(truncateDim.getAsInt()));
    }
  }

  static SentenceSettings read(JsonObject config) {
    OptionalInt truncateDim =
        config.get(TRUNCATE_DIM).isEmpty()
            ? OptionalInt.empty()
            : OptionalInt.of(config.whole(TRUNCATE_DIM, 1, 1));
    String name = config.text(SIMILARITY, Similarity.COSINE.functionName());
    Similarity similarity =
        Similarity.named(name)
            .orElseThrow(() -> config.wrong(SIMILARITY, "one of " + Similarity.names()));
    return new SentenceSettings(truncateDim, similarity);
  }

  /**
   * Another number of components.
   *
   * @param components to keep; empty keeps all
   * @return changed copy
   */
  public SentenceSettings withTruncateDim(OptionalInt components) {
    return new SentenceSettings(components, similarity);
  }
}
