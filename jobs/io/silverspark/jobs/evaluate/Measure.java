package io.silverspark.jobs.evaluate;

import io.silverspark.jobs.report.Metric;
import io.silverspark.jobs.report.MetricValue;
import io.silverspark.model.evaluation.BootstrapInterval;
import io.silverspark.model.evaluation.Resampling;
import io.silverspark.model.evaluation.RowStatistic;
import java.util.Optional;

/**
 * One number of one model on one data set.
 *
 * @param metric as the report names it
 * @param name as the table of metrics names it within the data set, such as {@code pearson_dot}
 * @param rows rows that were evaluated
 * @param statistic gives the value on resampled rows; empty: no interval is made
 * @param reason why the value is NaN; empty if it is a number
 */
record Measure(
    Metric metric,
    String name,
    double value,
    long rows,
    Optional<RowStatistic> statistic,
    String reason) {
  private static final String UNKNOWN = "it is not defined on these rows";

  /** A value that the bootstrap can make again; NaN without rows. */
  static Measure resampled(Metric metric, String name, RowStatistic statistic) {
    double value = statistic.rows() == 0 ? Double.NaN : statistic.ofAllRows();
    return Double.isNaN(value)
        ? undefined(metric, name, statistic.rows(), UNKNOWN)
        : new Measure(metric, name, value, statistic.rows(), Optional.of(statistic), "");
  }

  static Measure plain(Metric metric, String name, double value, long rows) {
    return Double.isNaN(value)
        ? undefined(metric, name, rows, UNKNOWN)
        : new Measure(metric, name, value, rows, Optional.empty(), "");
  }

  /** NaN, because these rows do not define the metric. */
  static Measure undefined(Metric metric, String name, long rows, String reason) {
    return new Measure(metric, name, Double.NaN, rows, Optional.empty(), reason);
  }

  /** The value with its interval, if it has one. */
  MetricValue withInterval(Resampling resampling) {
    if (!reason.isEmpty()) {
      return MetricValue.undefined(reason);
    }
    if (statistic.isEmpty()) {
      return MetricValue.of(value);
    }
    BootstrapInterval interval = BootstrapInterval.of(statistic.get(), resampling);
    return MetricValue.of(value, interval.lower(), interval.upper());
  }
}
