package io.silverspark.model.evaluation;

/** A fitted {@link LogisticRegression}. */
public final class LogisticModel {
  private final int[] classes;
  private final double[][] weights;
  private final int iterations;
  private final boolean converged;

  LogisticModel(int[] classes, Vector parameters, int iterations, boolean converged) {
    this.classes = classes;
    this.weights = SoftmaxObjective.toRows(parameters.values(), classes.length);
    this.iterations = iterations;
    this.converged = converged;
  }

  /** Steps that the fit took. */
  public int iterations() {
    return iterations;
  }

  /** Whether the fit met a tolerance before it ran out of iterations. */
  public boolean converged() {
    return converged;
  }

  /** The labels seen in training, ascending: the order of {@link #probabilities}. */
  public int[] labels() {
    return classes.clone();
  }

  /**
   * Probability of each label.
   *
   * @param features [rows][width], the width of training
   * @return [rows][labels]
   * @throws IllegalArgumentException if a width differs from training
   */
  public double[][] probabilities(float[][] features) {
    double[][] result = new double[features.length][];
    for (int row = 0; row < result.length; row++) {
      result[row] = logits(features[row], row);
      SoftmaxObjective.softmax(result[row]);
    }
    return result;
  }

  /**
   * The most likely label of each row, the smallest one on a tie.
   *
   * @throws IllegalArgumentException if a width differs from training
   */
  public int[] predict(float[][] features) {
    int[] result = new int[features.length];
    for (int row = 0; row < result.length; row++) {
      result[row] = classes[indexOfLargest(logits(features[row], row))];
    }
    return result;
  }

  private double[] logits(float[] features, int row) {
    int width = weights.length - 1;
    if (features.length != width) {
      throw new IllegalArgumentException(
          "Row %d has width %d but the classifier was fitted on %d"
              .formatted(row, features.length, width));
    }
    return SoftmaxObjective.logits(features, weights);
  }

  private static int indexOfLargest(double[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      if (values[i] > values[best]) {
        best = i;
      }
    }
    return best;
  }
}
