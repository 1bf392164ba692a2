package io.silverspark.jobs.report.chart;

import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * A value with its interval; NaN where unknown.
 *
 * @param label shown beside the bar
 * @param colour CSS class of the series, such as {@code c0}
 * @param text the value as text
 */
public record Bar(String label, String colour, double value, double low, double high, String text) {

  boolean hasInterval() {
    return Double.isFinite(low) && Double.isFinite(high);
  }

  String tip() {
    return label + ": " + text;
  }

  /** The values and their intervals, as far as they are known. */
  static DoubleSummaryStatistics range(List<Bar> bars) {
    return bars.stream()
        .flatMapToDouble(bar -> DoubleStream.of(bar.value, bar.low, bar.high))
        .filter(Double::isFinite)
        .summaryStatistics();
  }
}
