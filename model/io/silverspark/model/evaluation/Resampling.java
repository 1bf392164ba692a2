package io.silverspark.model.evaluation;

import java.util.Arrays;
import org.apache.commons.math3.random.MersenneTwister;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;
import org.apache.commons.math3.stat.descriptive.rank.Percentile.EstimationType;

/**
 * How a bootstrap resamples: how often, what share of the resamples the interval covers, and the
 * seed. The same seed and number of rows give the same resamples.
 *
 * @param resamples at least 1
 * @param confidence above 0 and below 1
 */
public record Resampling(int resamples, double confidence, long seed) {

  /** Beyond this share of resamples without a value, the others are no fair sample. */
  private static final double MOST_UNDEFINED = 0.1;

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if {@code resamples} or {@code confidence} is out of range
   */
  public Resampling {
    if (resamples < 1) {
      throw new IllegalArgumentException("resamples must be at least 1, found " + resamples);
    }
    if (!(confidence > 0 && confidence < 1)) {
      throw new IllegalArgumentException("confidence must be in (0, 1), found " + confidence);
    }
  }

  /** 1,000 resamples, 95 %, seed 42. */
  public static Resampling defaults() {
    return new Resampling(1000, 0.95, 42);
  }

  /**
   * The statistics' values, {@code [statistic][resample]}, all over the same resamples, drawn
   * within each of their strata.
   */
  double[][] values(RowStatistic... statistics) {
    int rows = statistics[0].rows();
    if (rows == 0) {
      throw new IllegalArgumentException("A bootstrap needs at least 1 row");
    }
    for (RowStatistic statistic : statistics) {
      if (!Arrays.equals(statistic.strata(), statistics[0].strata())) {
        throw new IllegalArgumentException(
            "Paired statistics of %d and %d rows".formatted(rows, statistic.rows()));
      }
    }
    MersenneTwister random = new MersenneTwister(seed);
    double[][] values = new double[statistics.length][resamples];
    int[] strata = statistics[0].strata();
    int[] selection = new int[rows];
    for (int resample = 0; resample < resamples; resample++) {
      int from = 0;
      for (int size : strata) {
        for (int i = from; i < from + size; i++) {
          selection[i] = from + random.nextInt(size);
        }
        from += size;
      }
      for (int s = 0; s < statistics.length; s++) {
        values[s][resample] = statistics[s].of(selection);
      }
    }
    return values;
  }

  double lower(double[] values) {
    return quantile(values, (1 - confidence) / 2);
  }

  double upper(double[] values) {
    return quantile(values, (1 + confidence) / 2);
  }

  /** Linear between order statistics, as NumPy's default; NaN values are left out if few. */
  private static double quantile(double[] values, double share) {
    long undefined = Arrays.stream(values).filter(Double::isNaN).count();
    if (undefined > MOST_UNDEFINED * values.length) {
      return Double.NaN;
    }
    return new Percentile().withEstimationType(EstimationType.R_7).evaluate(values, 100 * share);
  }
}
