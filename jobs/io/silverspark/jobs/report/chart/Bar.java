package io.silverspark.jobs.report.chart;

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
}
