package io.silverspark.model.evaluation;

/**
 * Semantic textual similarity: how well the similarity of two embeddings follows human scores.
 *
 * <p>Source: the class of this name in sentence-transformers. The scale of the gold scores does not
 * matter, so 0-5 and 0-1 give the same result.
 */
public final class EmbeddingSimilarityEvaluator {
  private EmbeddingSimilarityEvaluator() {}

  /**
   * Correlation with gold under each similarity. For normalised embeddings cosine and dot agree,
   * and Spearman agrees between cosine, dot and Euclidean, up to rounding.
   *
   * @param cosine the one to report: MTEB's main score is its Spearman
   */
  public record Scores(
      Correlation cosine, Correlation dot, Correlation manhattan, Correlation euclidean) {}

  /**
   * Compares the embeddings of two columns of texts with gold scores.
   *
   * @param first [rows][width] embeddings of the first texts, any norm
   * @param second [rows][width] embeddings of the second texts
   * @param gold one score a row
   * @throws IllegalArgumentException if the shapes differ or there are fewer than 2 rows
   */
  public static Scores evaluate(float[][] first, float[][] second, double[] gold) {
    return new Scores(
        Correlation.of(Similarity.COSINE.ofRows(first, second), gold),
        Correlation.of(Similarity.DOT.ofRows(first, second), gold),
        Correlation.of(Similarity.MANHATTAN.ofRows(first, second), gold),
        Correlation.of(Similarity.EUCLIDEAN.ofRows(first, second), gold));
  }
}
