package io.silverspark.jobs.report;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * A measured value with its 95 % interval; NaN stands for not known (JSON null, shown as '–', or as
 * 'NaN' if there is a reason).
 *
 * @param value a fraction, not a percentage
 * @param reason why the value is not defined on these rows; empty if it is, or was not measured
 */
public record MetricValue(
    double value,
    double low,
    double high,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) String reason) {
  public static final MetricValue MISSING = of(Double.NaN);

  public MetricValue {
    reason = reason == null ? "" : reason;
  }

  /** A value without interval. */
  public static MetricValue of(double value) {
    return of(value, Double.NaN, Double.NaN);
  }

  public static MetricValue of(double value, double low, double high) {
    return new MetricValue(value, low, high, "");
  }

  /** NaN, and why. */
  public static MetricValue undefined(String reason) {
    return new MetricValue(Double.NaN, Double.NaN, Double.NaN, reason);
  }
}
