package io.silverspark.jobs.report;

/**
 * A measured value with its 95 % interval; NaN stands for not known (JSON null, shown as '–').
 *
 * @param value a fraction, not a percentage
 */
public record MetricValue(double value, double low, double high) {
  public static final MetricValue MISSING = of(Double.NaN);

  /** A value without interval. */
  public static MetricValue of(double value) {
    return new MetricValue(value, Double.NaN, Double.NaN);
  }

  public static MetricValue of(double value, double low, double high) {
    return new MetricValue(value, low, high);
  }
}
