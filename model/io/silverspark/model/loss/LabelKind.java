package io.silverspark.model.loss;

/** What the labels of an example mean to a loss. */
public enum LabelKind {
  /** The loss takes no labels: every row is a positive. Labels that differ are refused. */
  NONE,
  /** A class: a whole number from 0 to the number of classes less one. */
  CLASS,
  /** A real number, for instance a similarity or a probability. */
  SCORE,
  /** 1 for a pair that means the same, 0 for one that does not. */
  BINARY,
  /** The class of a single text, any whole number from 0; classes are compared within a batch. */
  GROUP,
  /**
   * Teacher scores: for each negative, by how much the positive scores higher; or the scores of the
   * positive and of each negative.
   */
  MARGIN,
  /** How relevant each document of a query is, a number; documents of a query are compared. */
  RELEVANCE,
  /** Documents of a query come in the right order, the most relevant first; labels do not count. */
  ORDER,
  /**
   * Embeddings of another model that the own ones must reach, for all columns at once or one after
   * the other.
   */
  EMBEDDING,
  /**
   * Embeddings of another model that tells texts apart, one column after the other; of any width.
   */
  GUIDE
}
