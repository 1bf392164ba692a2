package io.silverspark.model.evaluation;

import java.util.Arrays;

/**
 * Mean cross entropy of a linear softmax classifier plus a squared penalty on its weights.
 *
 * <p>Parameters are {@code [width + 1][classes]}, row-major: one row of class weights a feature,
 * then the intercepts, which are not penalised. Keeping the classes together makes the inner loops
 * of both passes run over neighbouring memory.
 */
final class SoftmaxObjective implements LbfgsMinimizer.Objective {
  /** Rows whose gradient is added together. */
  private static final int BLOCK = 8;

  private final float[][] features;
  private final int[] targets;
  private final int classes;
  private final double penalty;

  /**
   * The objective for one training set.
   *
   * @param features [rows][width]
   * @param targets class of each row, from 0 to {@code classes - 1}
   * @param penalty factor of half the squared weights
   */
  SoftmaxObjective(float[][] features, int[] targets, int classes, double penalty) {
    this.features = features;
    this.targets = targets;
    this.classes = classes;
    this.penalty = penalty;
  }

  @Override
  public double valueAndGradient(double[] parameters, double[] gradient) {
    double[][] weights = toRows(parameters, classes);
    double[][] sums = new double[weights.length][classes];
    double crossEntropy = 0;
    for (int from = 0; from < features.length; from += BLOCK) {
      crossEntropy += addBlock(from, Math.min(features.length, from + BLOCK), weights, sums);
    }
    double squares = 0;
    for (int i = 0; i < parameters.length; i++) {
      double weight = i < parameters.length - classes ? parameters[i] : 0;
      gradient[i] = sums[i / classes][i % classes] / features.length + penalty * weight;
      squares += weight * weight;
    }
    return crossEntropy / features.length + 0.5 * penalty * squares;
  }

  /** Adds the gradient of some neighbouring rows; returns the sum of their cross entropies. */
  private double addBlock(int from, int to, double[][] weights, double[][] sums) {
    double[][] residuals = new double[to - from][];
    double crossEntropy = 0;
    for (int row = from; row < to; row++) {
      double[] logits = logits(features[row], weights);
      double logit = logits[targets[row]];
      crossEntropy += softmax(logits) - logit;
      logits[targets[row]] -= 1;
      residuals[row - from] = logits;
    }
    float[] column = new float[to - from];
    int width = weights.length - 1;
    for (int feature = 0; feature <= width; feature++) {
      for (int row = from; row < to; row++) {
        column[row - from] = feature < width ? features[row][feature] : 1;
      }
      addWeightedRows(column, residuals, sums[feature]);
    }
    return crossEntropy;
  }

  /** The parameters as one array a feature, and a last one for the intercepts. */
  static double[][] toRows(double[] parameters, int classes) {
    double[][] rows = new double[parameters.length / classes][];
    for (int row = 0; row < rows.length; row++) {
      rows[row] = Arrays.copyOfRange(parameters, row * classes, (row + 1) * classes);
    }
    return rows;
  }

  /** Linear scores of one row, [classes], from parameters as {@link #toRows} gives them. */
  static double[] logits(float[] row, double[][] weights) {
    double[] result = weights[row.length].clone();
    addWeightedRows(row, weights, result);
    return result;
  }

  /**
   * Adds the sum of {@code factors[k] * rows[k]} to the target: four rows per pass, because reading
   * and writing the target costs more than the arithmetic. Separate arrays with one index, since
   * offsets into one array would keep the JVM from using vector instructions.
   */
  private static void addWeightedRows(float[] factors, double[][] rows, double[] target) {
    int k = 0;
    for (; k + 4 <= factors.length; k += 4) {
      addFour(factors, k, rows[k], rows[k + 1], rows[k + 2], rows[k + 3], target);
    }
    for (; k < factors.length; k++) {
      double[] row = rows[k];
      double factor = factors[k];
      for (int i = 0; i < target.length; i++) {
        target[i] += factor * row[i];
      }
    }
  }

  private static void addFour(
      float[] factors, int k, double[] a, double[] b, double[] c, double[] d, double[] target) {
    double factorA = factors[k];
    double factorB = factors[k + 1];
    double factorC = factors[k + 2];
    double factorD = factors[k + 3];
    for (int i = 0; i < target.length; i++) {
      target[i] += factorA * a[i] + factorB * b[i] + factorC * c[i] + factorD * d[i];
    }
  }

  /** Turns logits into probabilities; returns the logarithm of the sum of their exponentials. */
  static double softmax(double[] logits) {
    double largest = Arrays.stream(logits).max().orElseThrow();
    double sum = 0;
    for (int c = 0; c < logits.length; c++) {
      logits[c] = Math.exp(logits[c] - largest);
      sum += logits[c];
    }
    for (int c = 0; c < logits.length; c++) {
      logits[c] /= sum;
    }
    return largest + Math.log(sum);
  }
}
