package io.silverspark.jobs.report.chart;

/**
 * One of several alternatives.
 *
 * @param label shown beside the point
 * @param colour CSS class of the series, such as {@code c0}
 * @param x cost or speed, at least 0
 * @param y quality
 * @param low lower end of the interval of y, NaN for none
 * @param high upper end
 */
public record TradeoffPoint(
    String label, String colour, double x, double y, double low, double high) {
  boolean hasInterval() {
    return Double.isFinite(low) && Double.isFinite(high);
  }
}
