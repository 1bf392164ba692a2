package io.silverspark.model.evaluation;

/**
 * Share of triplets whose anchor is closer to the positive than to the negative. Equal similarities
 * count as wrong.
 *
 * <p>Source: {@code TripletEvaluator} of sentence-transformers, margin 0.
 */
public final class TripletEvaluator {
  private TripletEvaluator() {}

  /**
   * Result of {@link TripletEvaluator}.
   *
   * @param accuracy share of triplets in the right order, from 0 to 1; NaN without rows
   * @param correct whether each triplet is, in input order, for bootstrap intervals
   */
  @SuppressWarnings("ArrayRecordComponent") // One entry a row, never compared as a whole.
  public record Scores(double accuracy, boolean[] correct) {}

  /**
   * Compares row i of the three columns.
   *
   * @param similarity by which the positive has to be closer
   * @throws IllegalArgumentException if the numbers of rows or the widths differ
   */
  public static Scores evaluate(
      float[][] anchors, float[][] positives, float[][] negatives, Similarity similarity) {
    EmbeddingRows.checkAligned("anchors", anchors, "positives", positives);
    EmbeddingRows.checkAligned("anchors", anchors, "negatives", negatives);
    boolean[] correct = new boolean[anchors.length];
    int count = 0;
    for (int row = 0; row < correct.length; row++) {
      correct[row] =
          similarity.of(anchors[row], positives[row]) > similarity.of(anchors[row], negatives[row]);
      count += correct[row] ? 1 : 0;
    }
    return new Scores((double) count / correct.length, correct);
  }
}
