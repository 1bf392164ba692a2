package io.silverspark.model.evaluation;

/**
 * How well a cross-encoder classifies pairs: with one label by the best threshold on its score,
 * with several by its classes.
 *
 * <p>Source: {@code CrossEncoderClassificationEvaluator} of sentence-transformers. Micro F1 there
 * is {@link ClassificationScores#accuracy} here, which it equals.
 */
public final class CrossEncoderClassificationEvaluator {
  private CrossEncoderClassificationEvaluator() {}

  /**
   * Judges the scores of a cross-encoder with one label.
   *
   * @param scores one per pair, as {@code CrossEncoder.scores} gives them
   * @param matches whether the pair is one of class 1
   * @throws IllegalArgumentException if the lengths differ
   */
  public static BinaryClassificationEvaluator.Scores evaluate(float[] scores, boolean[] matches) {
    double[] wide = new double[scores.length];
    for (int row = 0; row < wide.length; row++) {
      wide[row] = scores[row];
    }
    return BinaryClassificationEvaluator.evaluate(wide, matches);
  }

  /**
   * Judges the logits of a cross-encoder with several labels.
   *
   * @param logits [pairs][labels]
   * @param labels class of each pair
   * @throws IllegalArgumentException if the lengths differ or are 0
   */
  public static ClassificationScores evaluate(float[][] logits, int[] labels) {
    return ClassificationScores.of(
        labels, LabelAccuracyEvaluator.evaluate(logits, labels).predicted());
  }
}
