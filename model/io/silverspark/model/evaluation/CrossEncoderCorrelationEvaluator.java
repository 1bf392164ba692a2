package io.silverspark.model.evaluation;

/**
 * How well a cross-encoder's scores follow human ones.
 *
 * <p>Source: {@code CrossEncoderCorrelationEvaluator} of sentence-transformers.
 */
public final class CrossEncoderCorrelationEvaluator {
  private CrossEncoderCorrelationEvaluator() {}

  /**
   * Compares scores.
   *
   * @param scores one per pair, as {@code CrossEncoder.scores} gives them
   * @param gold one per pair, any scale
   * @throws IllegalArgumentException if the lengths differ or are below 2
   */
  public static Correlation evaluate(float[] scores, double[] gold) {
    double[] wide = new double[scores.length];
    for (int row = 0; row < wide.length; row++) {
      wide[row] = scores[row];
    }
    return Correlation.of(wide, gold);
  }
}
