package io.silverspark.model.evaluation;

/**
 * Correlation of a model's scores with gold scores.
 *
 * @param pearson from -1 to 1, NaN if either side is constant
 * @param spearman the same over average ranks
 */
public record Correlation(double pearson, double spearman) {

  /**
   * Both correlations of two columns.
   *
   * @throws IllegalArgumentException if the lengths differ or are below 2
   */
  public static Correlation of(double[] scores, double[] gold) {
    return new Correlation(
        RankCorrelation.pearson(scores, gold), RankCorrelation.spearman(scores, gold));
  }
}
