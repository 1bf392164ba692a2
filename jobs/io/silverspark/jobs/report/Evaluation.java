package io.silverspark.jobs.report;

import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The comparison of the models.
 *
 * @param note one or two sentences on data sets and intervals, such as {@code STS-B validation,
 *     1,500 pairs; 1,000 resamples}
 * @param seeds the training seed of the run; the intervals do not cover what another would change
 * @param metrics in the order of the table
 * @param models in the order of the table
 * @param differences between two models each
 * @param confidence share of the bootstrap distribution inside the intervals, 0 to 1; null (in
 *     files of earlier versions): 0.95
 * @param smallVectors what models are worth with small vectors, model by model; may be empty
 */
public record Evaluation(
    String note,
    List<Long> seeds,
    List<Metric> metrics,
    List<ModelResult> models,
    List<PairedDifference> differences,
    Double confidence,
    List<SmallVectorResult> smallVectors) {
  private static final double USUAL = 0.95;

  public Evaluation {
    note = note == null ? "" : note;
    seeds = seeds == null ? List.of() : List.copyOf(seeds);
    metrics = metrics == null ? List.of() : List.copyOf(metrics);
    models = models == null ? List.of() : List.copyOf(models);
    differences = differences == null ? List.of() : List.copyOf(differences);
    confidence = confidence == null ? USUAL : confidence;
    smallVectors = smallVectors == null ? List.of() : List.copyOf(smallVectors);
  }

  /** An evaluation with the usual intervals of 95 %. */
  public Evaluation(
      String note,
      List<Long> seeds,
      List<Metric> metrics,
      List<ModelResult> models,
      List<PairedDifference> differences) {
    this(note, seeds, metrics, models, differences, USUAL, List.of());
  }

  /** The width of the intervals in words, such as {@code 95 %}. */
  public String level() {
    return new DecimalFormat("0.##", DecimalFormatSymbols.getInstance(Locale.ROOT))
            .format(100 * confidence)
        + " %";
  }

  /** Headline metrics that at least one model was measured by, be the value NaN. */
  public List<Metric> headlines() {
    return metrics.stream().filter(Metric::headline).filter(this::measured).toList();
  }

  /** The other metrics that at least one model was measured by. */
  public List<Metric> details() {
    return metrics.stream().filter(metric -> !metric.headline()).filter(this::measured).toList();
  }

  /** The metrics that small vectors were measured by. */
  public List<Metric> smallVectorMetrics() {
    return metrics.stream()
        .filter(
            metric ->
                smallVectors.stream().anyMatch(result -> result.metrics().containsKey(metric.id())))
        .toList();
  }

  private boolean measured(Metric metric) {
    return models.stream()
        .map(model -> model.metric(metric))
        .anyMatch(value -> !Double.isNaN(value.value()) || !value.reason().isEmpty());
  }

  /** Whether a model was trained on labels of a run, so that silver is in question. */
  public boolean isLabelled() {
    return model(ModelRole.GOLD).isPresent() || model(ModelRole.GOLD_AND_SILVER).isPresent();
  }

  /** The first model of a role. */
  public Optional<ModelResult> model(ModelRole role) {
    return models.stream().filter(model -> model.role() == role).findFirst();
  }

  /** The comparison of two models by one metric. */
  public Optional<PairedDifference> difference(Metric metric, ModelResult from, ModelResult to) {
    return differences.stream()
        .filter(difference -> difference.metric().equals(metric.id()))
        .filter(difference -> difference.from().equals(from.name()))
        .filter(difference -> difference.to().equals(to.name()))
        .findFirst();
  }
}
