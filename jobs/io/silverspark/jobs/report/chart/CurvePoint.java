package io.silverspark.jobs.report.chart;

/** A point of a curve, in data units. */
public record CurvePoint(double x, double y) {
  boolean drawable() {
    return Double.isFinite(x) && Double.isFinite(y);
  }
}
