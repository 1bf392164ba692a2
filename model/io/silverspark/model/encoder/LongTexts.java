package io.silverspark.model.encoder;

import java.io.Serializable;
import java.util.Locale;

/**
 * What becomes of texts with more tokens than the model takes.
 *
 * @param pooling whether they are cut, or how the vectors of their windows become one
 * @param overlap tokens that a window repeats of the one before; 0 where texts are cut
 */
public record LongTexts(Pooling pooling, int overlap) implements Serializable {
  /** Texts are cut as the model's own tokenizer says. */
  public static final LongTexts CUT = new LongTexts(Pooling.CUT, 0);

  /** Tokens that windows share unless told otherwise. */
  public static final int OVERLAP = 32;

  /** How the windows of a text become one vector. */
  public enum Pooling {
    /** There are no windows: what is beyond the limit is left out. */
    CUT,
    /** Each window is a text of its own; the mean of their vectors, as long as the model's are. */
    MEAN,
    /**
     * The mean of all token vectors, each token once, as the window that has it first sees it; for
     * models with mean pooling.
     */
    LATE;

    /** As settings write it. */
    public String title() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if the overlap is negative, or there are no windows to overlap
   */
  public LongTexts {
    if (overlap < 0 || (pooling == Pooling.CUT && overlap > 0)) {
      throw new IllegalArgumentException(
          "an overlap of %d tokens does not go with '%s'".formatted(overlap, pooling.title()));
    }
  }

  /** Such as {@code mean of windows, 32 tokens overlap}. */
  @Override
  public String toString() {
    return pooling == Pooling.CUT ? "cut" : pooling.title() + ", overlap " + overlap;
  }
}
