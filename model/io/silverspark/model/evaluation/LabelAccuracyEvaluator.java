package io.silverspark.model.evaluation;

/**
 * Share of pairs that a classifier puts into the right class: the softmax head of a sentence
 * encoder that was trained with {@code SoftmaxLoss}, or a cross-encoder with several labels.
 *
 * <p>Source: {@code LabelAccuracyEvaluator} of sentence-transformers.
 */
public final class LabelAccuracyEvaluator {
  private LabelAccuracyEvaluator() {}

  /**
   * Result of {@link LabelAccuracyEvaluator}.
   *
   * @param accuracy share of rows whose greatest logit is that of the label; NaN without rows
   * @param predicted class of each row, the first of equal logits
   * @param correct whether it is the label, for intervals
   */
  @SuppressWarnings("ArrayRecordComponent") // One entry a row, never compared as a whole.
  public record Scores(double accuracy, int[] predicted, boolean[] correct) {}

  /**
   * Judges logits.
   *
   * @param logits [rows][classes]
   * @param labels class of each row
   * @throws IllegalArgumentException if the numbers of rows differ
   */
  public static Scores evaluate(float[][] logits, int[] labels) {
    int[] predicted = new int[logits.length];
    for (int row = 0; row < predicted.length; row++) {
      predicted[row] = greatest(logits[row]);
    }
    return evaluate(predicted, labels);
  }

  /**
   * Judges classes that were predicted elsewhere.
   *
   * @throws IllegalArgumentException if the numbers of rows differ
   */
  public static Scores evaluate(int[] predicted, int[] labels) {
    if (predicted.length != labels.length) {
      throw new IllegalArgumentException(
          "%d predictions but %d labels".formatted(predicted.length, labels.length));
    }
    boolean[] correct = new boolean[labels.length];
    int right = 0;
    for (int row = 0; row < correct.length; row++) {
      correct[row] = predicted[row] == labels[row];
      right += correct[row] ? 1 : 0;
    }
    return new Scores((double) right / labels.length, predicted.clone(), correct);
  }

  /**
   * Judges a softmax head over {@code (u, v, |u - v|)}.
   *
   * @param first [rows][width] embeddings u
   * @param second [rows][width] embeddings v
   * @param weight [classes][3 width], {@code classifier.weight} of the loss
   * @param bias [classes]
   * @param labels class of each row
   * @throws IllegalArgumentException if the shapes do not fit
   */
  public static Scores evaluate(
      float[][] first, float[][] second, float[][] weight, float[] bias, int[] labels) {
    EmbeddingRows.checkAligned("first texts", first, "second texts", second);
    float[][] logits = new float[first.length][];
    for (int row = 0; row < logits.length; row++) {
      logits[row] = logits(first[row], second[row], weight, bias);
    }
    return evaluate(logits, labels);
  }

  private static float[] logits(float[] u, float[] v, float[][] weight, float[] bias) {
    int width = u.length;
    float[] logits = new float[bias.length];
    for (int label = 0; label < logits.length; label++) {
      float[] row = weight[label];
      if (row.length != 3 * width) {
        throw new IllegalArgumentException(
            "a head of width %d over embeddings of width %d, expected %d"
                .formatted(row.length, width, 3 * width));
      }
      double sum = bias[label];
      for (int i = 0; i < width; i++) {
        sum += (double) row[i] * u[i];
        sum += (double) row[width + i] * v[i];
        sum += (double) row[2 * width + i] * Math.abs(u[i] - v[i]);
      }
      logits[label] = (float) sum;
    }
    return logits;
  }

  private static int greatest(float[] logits) {
    int best = 0;
    for (int label = 1; label < logits.length; label++) {
      best = logits[label] > logits[best] ? label : best;
    }
    return best;
  }
}
