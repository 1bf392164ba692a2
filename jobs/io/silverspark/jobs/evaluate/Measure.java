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
 */
record Measure(
    Metric metric, String name, double value, long rows, Optional<RowStatistic> statistic) {

  static Measure resampled(Metric metric, String name, RowStatistic statistic) {
    return new Measure(
        metric, name, statistic.ofAllRows(), statistic.rows(), Optional.of(statistic));
  }

  static Measure plain(Metric metric, String name, double value, long rows) {
    return new Measure(metric, name, value, rows, Optional.empty());
  }

  /** The value with its interval, if it has one. */
  MetricValue withInterval(Resampling resampling) {
    if (statistic.isEmpty()) {
      return MetricValue.of(value);
    }
    BootstrapInterval interval = BootstrapInterval.of(statistic.get(), resampling);
    return MetricValue.of(value, interval.lower(), interval.upper());
  }
}
