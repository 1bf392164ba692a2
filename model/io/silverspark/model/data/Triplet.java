package io.silverspark.model.data;

/**
 * An anchor, a text that means the same and one that does not.
 *
 * @param anchor the text that both others are compared with
 * @param positive should end up closer to the anchor
 * @param negative should end up farther from the anchor
 */
public record Triplet(String anchor, String positive, String negative) {
  /** Refuses null texts with an {@link IllegalArgumentException}. */
  public Triplet {
    TextPair.requireText(anchor, "anchor");
    TextPair.requireText(positive, "positive");
    TextPair.requireText(negative, "negative");
  }
}
