package io.silverspark.model.data;

/**
 * Two texts and how similar they are.
 *
 * @param first the anchor, premise or query
 * @param second the text that is compared with it
 * @param score gold or silver similarity, finite; 0 to 1 wherever a cosine loss learns from it
 */
public record ScoredPair(String first, String second, float score) {
  /** Refuses null texts and scores that are not finite with an {@link IllegalArgumentException}. */
  public ScoredPair {
    TextPair.requireText(first, "first");
    TextPair.requireText(second, "second");
    if (!Float.isFinite(score)) {
      throw new IllegalArgumentException("score is " + score + ", expected a finite number");
    }
  }

  /**
   * Drops the score.
   *
   * @return the two texts
   */
  public TextPair texts() {
    return new TextPair(first, second);
  }
}
