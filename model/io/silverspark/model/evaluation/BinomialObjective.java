package io.silverspark.model.evaluation;

/**
 * Mean cross entropy of a logistic regression with two classes plus a squared penalty on its
 * weights: one weight a feature, then the intercept, which is not penalised. The first class has
 * the logit 0.
 *
 * <p>Two columns of weights have the same minimum, but L-BFGS stops at another point near it.
 */
final class BinomialObjective implements LbfgsMinimizer.Objective {
  private final float[][] features;
  private final int[] targets;
  private final double penalty;

  /**
   * The objective for one training set.
   *
   * @param features [rows][width]
   * @param targets class of each row, 0 or 1
   * @param penalty factor of half the squared weights
   */
  BinomialObjective(float[][] features, int[] targets, double penalty) {
    this.features = features;
    this.targets = targets;
    this.penalty = penalty;
  }

  @Override
  public double valueAndGradient(double[] parameters, double[] gradient) {
    int width = parameters.length - 1;
    double squares = 0;
    for (int i = 0; i < width; i++) {
      squares += parameters[i] * parameters[i];
      gradient[i] = penalty * parameters[i];
    }
    gradient[width] = 0;
    double crossEntropy = 0;
    for (int row = 0; row < features.length; row++) {
      double[] logits = {0, parameters[width]};
      for (int i = 0; i < width; i++) {
        logits[1] += features[row][i] * parameters[i];
      }
      double logit = logits[targets[row]];
      crossEntropy += SoftmaxObjective.softmax(logits) - logit;
      double residual = (logits[1] - targets[row]) / features.length;
      for (int i = 0; i < width; i++) {
        gradient[i] += residual * features[row][i];
      }
      gradient[width] += residual;
    }
    return crossEntropy / features.length + 0.5 * penalty * squares;
  }

  /** The parameters with a column of zeros before them, as two classes have them. */
  static Vector twoClasses(Vector parameters) {
    double[] both = new double[2 * parameters.values().length];
    for (int i = 0; i < parameters.values().length; i++) {
      both[2 * i + 1] = parameters.values()[i];
    }
    return new Vector(both);
  }
}
