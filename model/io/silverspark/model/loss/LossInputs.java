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
 * @param minLabel smallest label allowed of a {@link LabelKind#CLASS} or {@link LabelKind#SCORE}
 * @param maxLabel largest label allowed of these
 * @param advice what to do with data of another shape, in the imperative, without a full stop
 */
public record LossInputs(
    String lossName,
    int minColumns,
    int maxColumns,
    String columnNames,
    LabelKind labelKind,
    double minLabel,
    double maxLabel,
    String advice) {

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

  static LossInputs unlabelled(
      String name, int minColumns, int maxColumns, String columnNames, String advice) {
    return new LossInputs(name, minColumns, maxColumns, columnNames, LabelKind.NONE, 0, 0, advice);
  }

  static LossInputs scored(
      String name, int columns, String columnNames, double min, double max, String advice) {
    return new LossInputs(name, columns, columns, columnNames, LabelKind.SCORE, min, max, advice);
  }

  static LossInputs classified(
      String name, int columns, String columnNames, int classes, String advice) {
    return new LossInputs(
        name, columns, columns, columnNames, LabelKind.CLASS, 0, classes - 1, advice);
  }

  /** Labels of a kind whose range is always the same. */
  static LossInputs labelled(
      String name,
      int minColumns,
      int maxColumns,
      String columnNames,
      LabelKind kind,
      String advice) {
    return new LossInputs(name, minColumns, maxColumns, columnNames, kind, 0, 0, advice);
  }

  /**
   * Refuses data that the loss cannot use; one label an example.
   *
   * @param columns number of text columns of the training set
   * @param labels its labels, or null when it has none
   * @throws UserException as {@link #check(int, LabelsOfSet)}
   */
  public void check(int columns, float[] labels) {
    check(columns, labels == null ? LabelsOfSet.NONE : LabelsOfSet.of(labels, 1));
  }

  /**
   * Refuses data that the loss cannot use.
   *
   * @param columns number of text columns of the training set
   * @param labels what labels the set has
   * @throws UserException with reason and remedy if columns are missing or too many, labels are
   *     missing, out of range, all the same, or would be ignored although they differ
   */
  public void check(int columns, LabelsOfSet labels) {
    if (columns < minColumns || columns > maxColumns) {
      throw new UserException(
          "%s takes %s (%s), but the training data has %d; %s"
              .formatted(lossName, columnRange(), columnNames, columns, advice));
    }
    new LabelCheck(this).check(columns, labels);
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
}
