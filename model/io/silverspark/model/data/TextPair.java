package io.silverspark.model.data;

/**
 * Two texts in order; either may be empty, neither may be null.
 *
 * @param first the anchor, premise or query
 * @param second the text that is compared with it
 */
public record TextPair(String first, String second) {
  /** Refuses null texts with an {@link IllegalArgumentException}. */
  public TextPair {
    requireText(first, "first");
    requireText(second, "second");
  }

  static void requireText(String text, String name) {
    if (text == null) {
      throw new IllegalArgumentException(name + " text is null, expected a String");
    }
  }
}
