package io.silverspark.model.loss;

import io.silverspark.model.error.UserException;

/**
 * The shape of data that a loss takes.
 *
 * @param lossName the name shown in messages
 * @param minColumns smallest number of text columns, at least 1
 * @param maxColumns largest number of text columns, at least {@code minColumns}
 * @param columnNames what the columns are, for messages: "anchor, positive, ..."
 * @param labelKind what the labels mean
 * @param minLabel smallest label allowed; unused for {@link LabelKind#NONE}
 * @param maxLabel largest label allowed; unused for {@link LabelKind#NONE}
 */
public record LossInputs(
    String lossName,
    int minColumns,
    int maxColumns,
    String columnNames,
    LabelKind labelKind,
    double minLabel,
    double maxLabel) {

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if a range is empty
   */
  public LossInputs {
    if (minColumns < 1 || maxColumns < minColumns) {
      throw new IllegalArgumentException(
          lossName + " takes " + minColumns + " to " + maxColumns + " columns");
    }
  }

  static LossInputs unlabelled(String name, int minColumns, int maxColumns, String columnNames) {
    return new LossInputs(name, minColumns, maxColumns, columnNames, LabelKind.NONE, 0, 0);
  }

  static LossInputs scored(String name, int columns, String columnNames, double min, double max) {
    return new LossInputs(name, columns, columns, columnNames, LabelKind.SCORE, min, max);
  }

  static LossInputs classified(String name, int columns, String columnNames, int classes) {
    return new LossInputs(name, columns, columns, columnNames, LabelKind.CLASS, 0, classes - 1);
  }

  /**
   * Refuses data that the loss cannot use.
   *
   * @param columns number of text columns of the training set
   * @param labels its labels, or null when it has none
   * @throws UserException if columns are missing or too many, or labels are missing or out of range
   */
  public void check(int columns, float[] labels) {
    if (columns < minColumns || columns > maxColumns) {
      throw new UserException(
          "%s takes %s (%s), but the training data has %d"
              .formatted(lossName, columnRange(), columnNames, columns));
    }
    if (labelKind == LabelKind.NONE) {
      return;
    }
    if (labels == null) {
      throw new UserException(
          "%s needs %s, but the training data has no labels".formatted(lossName, labelRange()));
    }
    for (int i = 0; i < labels.length; i++) {
      if (!allowed(labels[i])) {
        throw new UserException(
            "%s needs %s, but example %d has %s".formatted(lossName, labelRange(), i, labels[i]));
      }
    }
  }

  private boolean allowed(float label) {
    boolean whole = labelKind != LabelKind.CLASS || label == Math.rint(label);
    return whole && label >= minLabel && label <= maxLabel;
  }

  private String columnRange() {
    String noun = maxColumns == 1 ? " text column" : " text columns";
    if (minColumns == maxColumns) {
      return minColumns + noun;
    }
    return maxColumns == Integer.MAX_VALUE
        ? "at least " + minColumns + noun
        : minColumns + " to " + maxColumns + noun;
  }

  private String labelRange() {
    return labelKind == LabelKind.CLASS
        ? "a class label from %.0f to %.0f".formatted(minLabel, maxLabel)
        : "a score from %s to %s".formatted(minLabel, maxLabel);
  }
}
