package io.silverspark.model.evaluation;

/**
 * Pearson and Spearman correlation, with the conventions of SciPy's {@code pearsonr} and {@code
 * spearmanr}: ties share the average of their ranks, and the result is NaN when either side is
 * constant or holds a NaN. Fractions from -1 to 1, not percentages.
 */
public final class RankCorrelation {
  private RankCorrelation() {}

  /**
   * Linear correlation.
   *
   * @throws IllegalArgumentException if the lengths differ or are below 2
   */
  public static double pearson(double[] first, double[] second) {
    check(first, second);
    if (isConstant(first) || isConstant(second)) {
      return Double.NaN;
    }
    double firstMean = mean(first);
    double secondMean = mean(second);
    double covariance = 0;
    double firstSquares = 0;
    double secondSquares = 0;
    for (int row = 0; row < first.length; row++) {
      double x = first[row] - firstMean;
      double y = second[row] - secondMean;
      covariance += x * y;
      firstSquares += x * x;
      secondSquares += y * y;
    }
    double correlation = covariance / (Math.sqrt(firstSquares) * Math.sqrt(secondSquares));
    return Math.max(-1, Math.min(1, correlation));
  }

  /**
   * Correlation of average ranks.
   *
   * @throws IllegalArgumentException if the lengths differ or are below 2
   */
  public static double spearman(double[] first, double[] second) {
    return RowStatistic.spearman(first, second).ofAllRows();
  }

  static void check(double[] first, double[] second) {
    if (first.length != second.length) {
      throw new IllegalArgumentException(
          "Correlation of " + first.length + " scores with " + second.length + " scores");
    }
    if (first.length < 2) {
      throw new IllegalArgumentException(
          "Correlation needs at least 2 rows, found " + first.length);
    }
  }

  /** Compared with the first value, since the mean of equal values need not equal them. */
  private static boolean isConstant(double[] values) {
    for (double value : values) {
      if (value != values[0]) {
        return false;
      }
    }
    return true;
  }

  private static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }
}
