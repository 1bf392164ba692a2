package io.silverspark.model.evaluation;

import java.util.Map;
import java.util.TreeMap;

/**
 * How well predicted labels match gold ones.
 *
 * @param accuracy share of rows predicted right, from 0 to 1
 * @param macroF1 mean F1 over the labels that occur in either column; a label without a right
 *     prediction counts as 0
 * @param weightedF1 the same mean weighted by how often each label is gold
 */
public record ClassificationScores(double accuracy, double macroF1, double weightedF1) {

  /**
   * Scores of one prediction a row, as scikit-learn's {@code accuracy_score} and {@code f1_score}.
   *
   * @throws IllegalArgumentException if the lengths differ or are 0
   */
  public static ClassificationScores of(int[] gold, int[] predicted) {
    if (gold.length != predicted.length || gold.length == 0) {
      throw new IllegalArgumentException(
          "%d gold labels but %d predictions".formatted(gold.length, predicted.length));
    }
    Map<Integer, LabelCounts> labels = new TreeMap<>();
    int right = 0;
    for (int row = 0; row < gold.length; row++) {
      LabelCounts goldCounts = labels.computeIfAbsent(gold[row], label -> new LabelCounts());
      goldCounts.gold++;
      labels.computeIfAbsent(predicted[row], label -> new LabelCounts()).predicted++;
      if (gold[row] == predicted[row]) {
        goldCounts.right++;
        right++;
      }
    }
    double macro = 0;
    double weighted = 0;
    for (LabelCounts counts : labels.values()) {
      macro += counts.f1() / labels.size();
      weighted += counts.f1() * counts.gold / gold.length;
    }
    return new ClassificationScores((double) right / gold.length, macro, weighted);
  }

  /** Macro F1 over selected rows, counted in arrays because a bootstrap calls it often. */
  static double macroF1(int[] gold, int[] predicted, int[] selection) {
    int labels = 0;
    for (int row : selection) {
      labels = Math.max(labels, Math.max(gold[row], predicted[row]) + 1);
    }
    int[] occurrences = new int[labels]; // in both columns together
    int[] right = new int[labels];
    for (int row : selection) {
      occurrences[gold[row]]++;
      occurrences[predicted[row]]++;
      right[gold[row]] += gold[row] == predicted[row] ? 1 : 0;
    }
    double sum = 0;
    int occurring = 0;
    for (int label = 0; label < labels; label++) {
      if (occurrences[label] > 0) {
        sum += 2.0 * right[label] / occurrences[label];
        occurring++;
      }
    }
    return sum / occurring;
  }

  private static final class LabelCounts {
    private int gold;
    private int predicted;
    private int right;

    double f1() {
      return 2.0 * right / (gold + predicted);
    }
  }
}
