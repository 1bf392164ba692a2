package io.silverspark.model.evaluation;

/**
 * How far a student's embeddings are from its teacher's: the mean squared difference of the
 * components, times -100, so that higher is better and 0 the best.
 *
 * <p>Source: {@code MSEEvaluator} of sentence-transformers ({@code negative_mse}).
 */
public final class MseEvaluator {
  private MseEvaluator() {}

  /**
   * Compares row i of the two columns.
   *
   * @param teacher [rows][width] embeddings of the source sentences
   * @param student [rows][width] embeddings of the target sentences
   * @return {@code negative_mse} over selected rows, for intervals
   * @throws IllegalArgumentException if the shapes differ
   */
  public static RowStatistic evaluate(float[][] teacher, float[][] student) {
    EmbeddingRows.checkAligned("teacher's embeddings", teacher, "student's embeddings", student);
    double[] values = new double[teacher.length];
    for (int row = 0; row < values.length; row++) {
      double squares = 0;
      for (int i = 0; i < teacher[row].length; i++) {
        double difference = (double) teacher[row][i] - student[row][i];
        squares += difference * difference;
      }
      values[row] = -100 * squares / teacher[row].length;
    }
    return RowStatistic.mean(values);
  }
}
