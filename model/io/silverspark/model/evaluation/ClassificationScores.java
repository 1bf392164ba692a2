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
 * @param macroPrecision mean over the same labels of the share of right ones among those predicted;
 *     0 for a label that was not predicted
 * @param weightedPrecision the same mean weighted by how often each label is gold
 * @param macroRecall mean over the same labels of the share found; 0 for a label that is never gold
 */
public record ClassificationScores(
    double accuracy,
    double macroF1,
    double weightedF1,
    double macroPrecision,
    double weightedPrecision,
    double macroRecall) {

  /**
   * Scores of one prediction a row, as scikit-learn's {@code accuracy_score}, {@code f1_score},
   * {@code precision_score} and {@code recall_score}; the weighted recall is the accuracy.
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
    double precision = 0;
    double weightedPrecision = 0;
    double recall = 0;
    for (LabelCounts counts : labels.values()) {
      macro += counts.f1() / labels.size();
      weighted += counts.f1() * counts.gold / gold.length;
      precision += counts.rightOf(counts.predicted) / labels.size();
      weightedPrecision += counts.rightOf(counts.predicted) * counts.gold / gold.length;
      recall += counts.rightOf(counts.gold) / labels.size();
    }
    return new ClassificationScores(
        (double) right / gold.length, macro, weighted, precision, weightedPrecision, recall);
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

    double rightOf(int all) {
      return all == 0 ? 0 : (double) right / all;
    }
  }
}
