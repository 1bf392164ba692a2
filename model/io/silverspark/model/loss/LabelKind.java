package io.silverspark.model.loss;

/** What the label of an example means to a loss. */
public enum LabelKind {
  /** The loss takes no labels; labels in the data are ignored. */
  NONE,
  /** A class: a whole number from 0 to the number of classes less one. */
  CLASS,
  /** A real number, for instance a similarity or a probability. */
  SCORE
}
