package io.silverspark.model.evaluation;

import java.util.Arrays;

/**
 * Difference between two models on the same rows. Each resample draws rows once and evaluates both
 * models on them, so what makes a row easy or hard for both cancels.
 *
 * <p>Source: Koehn 2004, Statistical Significance Tests for Machine Translation Evaluation; Berg-
 * Kirkpatrick et al. 2012, An Empirical Investigation of Statistical Significance in NLP.
 *
 * @param difference candidate minus baseline over every row once
 * @param meanDifference mean over the resamples
 * @param lower end of the percentile interval of the difference
 * @param upper end of the percentile interval of the difference
 * @param shareNotAbove share of resamples in which the candidate is not better (difference at or
 *     below 0); small values mean that the gain is not an accident of the rows
 * @param resampling how it was made
 */
public record PairedBootstrap(
    double difference,
    double meanDifference,
    double lower,
    double upper,
    double shareNotAbove,
    Resampling resampling) {

  /**
   * Compares two models. Resamples in which either statistic is NaN are left out; if more than a
   * tenth are, the ends are NaN.
   *
   * @param baseline the statistic for the model to beat
   * @param candidate the same statistic for the other model, rows in the same order
   * @throws IllegalArgumentException if the numbers of rows differ or are 0
   */
  public static PairedBootstrap of(
      RowStatistic baseline, RowStatistic candidate, Resampling resampling) {
    double[][] values = resampling.values(baseline, candidate);
    double[] differences = new double[resampling.resamples()];
    Arrays.setAll(differences, i -> values[1][i] - values[0][i]);
    double[] defined = Arrays.stream(differences).filter(d -> !Double.isNaN(d)).toArray();
    return new PairedBootstrap(
        candidate.ofAllRows() - baseline.ofAllRows(),
        Arrays.stream(defined).average().orElse(Double.NaN),
        resampling.lower(differences),
        resampling.upper(differences),
        Arrays.stream(defined).map(d -> d <= 0 ? 1 : 0).average().orElse(Double.NaN),
        resampling);
  }
}
