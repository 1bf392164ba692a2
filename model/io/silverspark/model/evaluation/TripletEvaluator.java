package io.silverspark.model.evaluation;

/**
 * Share of triplets whose anchor is closer, by cosine, to the positive than to the negative. Equal
 * similarities count as wrong.
 *
 * <p>Source: {@code TripletEvaluator} of sentence-transformers, cosine, margin 0.
 */
public final class TripletEvaluator {
  private TripletEvaluator() {}

  /**
   * Compares row i of the three columns.
   *
   * @throws IllegalArgumentException if the numbers of rows or the widths differ
   */
  public static TripletScores evaluate(
      float[][] anchors, float[][] positives, float[][] negatives) {
    EmbeddingRows.checkAligned("anchors", anchors, "positives", positives);
    EmbeddingRows.checkAligned("anchors", anchors, "negatives", negatives);
    boolean[] correct = new boolean[anchors.length];
    int count = 0;
    for (int row = 0; row < correct.length; row++) {
      correct[row] =
          Similarity.COSINE.of(anchors[row], positives[row])
              > Similarity.COSINE.of(anchors[row], negatives[row]);
      count += correct[row] ? 1 : 0;
    }
    return new TripletScores((double) count / correct.length, correct);
  }
}
