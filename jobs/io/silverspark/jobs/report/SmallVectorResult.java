package io.silverspark.jobs.report;

import java.util.Map;

/**
 * What a model is worth with its vectors made small in one way.
 *
 * @param model name in the comparison
 * @param components that are kept of a vector
 * @param precision of each, such as {@code int8}
 * @param bytes of a vector then
 * @param metrics by the id of the metric, whose label is that of whole vectors
 */
public record SmallVectorResult(
    String model, int components, String precision, int bytes, Map<String, MetricValue> metrics) {
  public SmallVectorResult {
    metrics = metrics == null ? Map.of() : Map.copyOf(metrics);
  }

  /** The value of a metric, {@link MetricValue#MISSING} where it was not measured. */
  public MetricValue metric(Metric metric) {
    return metrics.getOrDefault(metric.id(), MetricValue.MISSING);
  }
}
