package io.silverspark.model.data;

/** The classes of natural language inference, in the order of our tables' numbers (GLUE's). */
public enum NliLabel {
  /** The second text follows from the first: a match. Number 0. */
  ENTAILMENT,
  /** It neither follows nor contradicts. Number 1. */
  NEUTRAL,
  /** It cannot be true together with the first. Number 2. */
  CONTRADICTION;

  /**
   * The number that tables have for the class.
   *
   * @return 0 to 2
   */
  public int number() {
    return ordinal();
  }

  /**
   * The name that id2label of a model has for the class.
   *
   * @return in lower case
   */
  public String word() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
