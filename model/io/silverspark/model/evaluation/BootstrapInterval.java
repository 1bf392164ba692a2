package io.silverspark.model.evaluation;

/**
 * Percentile bootstrap interval of a statistic over evaluation rows: how far the number might move
 * had other rows of the same kind been drawn. It says nothing about training seeds.
 *
 * <p>Source: Efron and Tibshirani 1993, An Introduction to the Bootstrap, chapter 13.
 *
 * @param estimate the statistic over every row once
 * @param lower end of the interval
 * @param upper end of the interval
 * @param resampling how it was made
 */
public record BootstrapInterval(
    double estimate, double lower, double upper, Resampling resampling) {

  /**
   * Resamples the rows with replacement. Resamples in which the statistic is NaN are left out; if
   * more than a tenth are, as where two rows are drawn from, the ends are NaN.
   *
   * @throws IllegalArgumentException if the statistic has no rows
   */
  public static BootstrapInterval of(RowStatistic statistic, Resampling resampling) {
    double[] values = resampling.values(statistic)[0];
    return new BootstrapInterval(
        statistic.ofAllRows(), resampling.lower(values), resampling.upper(values), resampling);
  }
}
