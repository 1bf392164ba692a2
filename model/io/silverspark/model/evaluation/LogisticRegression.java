package io.silverspark.model.evaluation;

import java.util.Arrays;

/**
 * Multinomial logistic regression with an L2 penalty, fitted from zero by L-BFGS.
 *
 * <p>Source: scikit-learn's {@code LogisticRegression} with the solver lbfgs: mean cross entropy
 * plus the squared weights over {@code 2 * C * rows}, intercepts not penalised, features unscaled,
 * the same stopping rule, one column of weights for two classes. Computed in double precision.
 *
 * @param inversePenalty C, above 0; smaller is a stronger penalty
 * @param maxIterations at least 1
 * @param tolerance largest gradient component at which the fit stops, above 0
 */
public record LogisticRegression(double inversePenalty, int maxIterations, double tolerance) {
  private static final double VALUE_TOLERANCE = 64 * Math.ulp(1.0);
  private static final int MAX_LINE_SEARCH = 50;

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if a value is out of range
   */
  public LogisticRegression {
    if (!(inversePenalty > 0) || maxIterations < 1 || !(tolerance > 0)) {
      throw new IllegalArgumentException(
          "C and tolerance must be above 0 and maxIterations at least 1, found C %s, %s, %d"
              .formatted(inversePenalty, tolerance, maxIterations));
    }
  }

  /** C 1, 100 iterations, tolerance 1e-4: scikit-learn's and MTEB's. */
  public static LogisticRegression defaults() {
    return new LogisticRegression(1, 100, 1e-4);
  }

  /**
   * Fits a classifier. Stopping at {@code maxIterations} is not an error; {@link
   * LogisticModel#converged} tells.
   *
   * @param features [rows][width], all finite
   * @param labels of each row; any numbers, at least two different ones
   * @throws IllegalArgumentException if lengths differ, a feature is not finite, or fewer than two
   *     labels occur
   */
  public LogisticModel fit(float[][] features, int[] labels) {
    check(features, labels);
    int[] classes = Arrays.stream(labels).distinct().sorted().toArray();
    if (classes.length < 2) {
      throw new IllegalArgumentException(
          "Classification needs at least 2 different labels, found " + Arrays.toString(classes));
    }
    int[] targets =
        Arrays.stream(labels).map(label -> Arrays.binarySearch(classes, label)).toArray();
    double penalty = 1 / (inversePenalty * features.length);
    LbfgsMinimizer minimizer =
        new LbfgsMinimizer(maxIterations, tolerance, VALUE_TOLERANCE, MAX_LINE_SEARCH);
    int parameters = features[0].length + 1;
    boolean two = classes.length == 2;
    LbfgsMinimizer.Minimum minimum =
        two
            ? minimizer.minimize(
                new BinomialObjective(features, targets, penalty),
                new Vector(new double[parameters]))
            : minimizer.minimize(
                new SoftmaxObjective(features, targets, classes.length, penalty),
                new Vector(new double[parameters * classes.length]));
    Vector point = two ? BinomialObjective.twoClasses(minimum.point()) : minimum.point();
    return new LogisticModel(classes, point, minimum.iterations(), minimum.converged());
  }

  private static void check(float[][] features, int[] labels) {
    if (features.length != labels.length) {
      throw new IllegalArgumentException(
          "%d rows of features but %d labels".formatted(features.length, labels.length));
    }
    for (int row = 0; row < features.length; row++) {
      if (features[row].length != features[0].length) {
        throw new IllegalArgumentException(
            "Row 0 has width %d but row %d has %d"
                .formatted(features[0].length, row, features[row].length));
      }
      for (float value : features[row]) {
        if (!Float.isFinite(value)) {
          throw new IllegalArgumentException("Row %d holds %s".formatted(row, value));
        }
      }
    }
  }
}
