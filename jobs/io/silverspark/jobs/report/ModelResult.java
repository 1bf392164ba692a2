package io.silverspark.jobs.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * One evaluated model.
 *
 * @param name unique in the run, such as {@code gold + silver}
 * @param path model directory or reference
 * @param metrics by {@link Metric#id()}; a missing key is shown as '–'
 * @param stsPoints gold score against cosine, one point a test pair; may be empty
 * @param cost size and speed, null if not measured
 */
public record ModelResult(
    String name,
    ModelRole role,
    String path,
    Map<String, MetricValue> metrics,
    List<ScatterPoint> stsPoints,
    ModelCost cost) {

  public ModelResult {
    Objects.requireNonNull(name, "name");
    role = role == null ? ModelRole.OTHER : role;
    path = path == null ? "" : path;
    metrics =
        metrics == null
            ? Map.of()
            : Collections.unmodifiableMap(new LinkedHashMap<>(metrics)); // keeps the order
    stsPoints = stsPoints == null ? List.of() : List.copyOf(stsPoints);
  }

  /** A model whose size and speed were not measured. */
  public ModelResult(
      String name,
      ModelRole role,
      String path,
      Map<String, MetricValue> metrics,
      List<ScatterPoint> stsPoints) {
    this(name, role, path, metrics, stsPoints, null);
  }

  /** The value of a metric, {@link MetricValue#MISSING} where it was not measured. */
  public MetricValue metric(Metric metric) {
    return metrics.getOrDefault(metric.id(), MetricValue.MISSING);
  }
}
