package io.silverspark.model.evaluation;

import java.util.Arrays;

/**
 * A column of scores, sorted once, so that average ranks within any selection of its rows come from
 * counting instead of sorting again.
 */
final class RankedColumn {
  /** Position of each row's score among the distinct scores, lowest first; -1 for NaN. */
  private final int[] positions;

  private final int distinct;

  private RankedColumn(int[] positions, int distinct) {
    this.positions = positions;
    this.distinct = distinct;
  }

  static RankedColumn of(double[] scores) {
    // Adding 0 turns -0.0 into 0.0: the two are equal as scores but not to the binary search.
    double[] keys = Arrays.stream(scores).map(score -> score + 0.0).toArray();
    double[] sorted = Arrays.stream(keys).filter(key -> !Double.isNaN(key)).sorted().toArray();
    double[] distinct = Arrays.stream(sorted).distinct().toArray();
    int[] positions = new int[keys.length];
    for (int row = 0; row < keys.length; row++) {
      positions[row] = Double.isNaN(keys[row]) ? -1 : Arrays.binarySearch(distinct, keys[row]);
    }
    return new RankedColumn(positions, distinct.length);
  }

  /**
   * Ranks within the selection, 1 for the lowest score; equal scores share the average of their
   * ranks. All NaN if a selected score is NaN.
   */
  double[] averageRanks(int[] selection) {
    int[] counts = new int[distinct];
    for (int row : selection) {
      if (positions[row] < 0) {
        return filled(selection.length, Double.NaN);
      }
      counts[positions[row]]++;
    }
    double[] rankOf = new double[distinct];
    int below = 0;
    for (int position = 0; position < distinct; position++) {
      rankOf[position] = below + (counts[position] + 1) / 2.0;
      below += counts[position];
    }
    double[] ranks = new double[selection.length];
    for (int i = 0; i < ranks.length; i++) {
      ranks[i] = rankOf[positions[selection[i]]];
    }
    return ranks;
  }

  private static double[] filled(int length, double value) {
    double[] result = new double[length];
    Arrays.fill(result, value);
    return result;
  }
}
