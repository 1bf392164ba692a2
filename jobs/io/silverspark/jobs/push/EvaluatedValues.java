package io.silverspark.jobs.push;

import io.silverspark.jobs.report.Evaluation;
import io.silverspark.jobs.report.EvaluationFile;
import io.silverspark.jobs.report.Metric;
import io.silverspark.jobs.report.MetricValue;
import io.silverspark.jobs.report.ModelResult;
import io.silverspark.jobs.stage.RunLayout;
import io.silverspark.model.hub.PublishedCard;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What the last {@code evaluate} of a model's run measured for that model.
 *
 * @param metrics empty if the model was not evaluated
 * @param data of the evaluation, in words
 */
record EvaluatedValues(List<PublishedCard.Value> metrics, String data) {

  /** The values in the run that holds the model as {@code models/NAME}. */
  static EvaluatedValues of(Path model) {
    Path directory = model.toAbsolutePath().normalize();
    Path models = directory.getParent();
    if (models == null || models.getParent() == null) {
      return new EvaluatedValues(List.of(), "");
    }
    Path file = new RunLayout(models.getParent()).evaluation();
    if (!Files.isRegularFile(file)) {
      return new EvaluatedValues(List.of(), "");
    }
    Evaluation evaluation = EvaluationFile.read(file);
    return evaluation.models().stream()
        .filter(result -> isAt(directory, result))
        .findFirst()
        .map(result -> new EvaluatedValues(values(evaluation, result), evaluation.note()))
        .orElseGet(() -> new EvaluatedValues(List.of(), ""));
  }

  private static boolean isAt(Path directory, ModelResult result) {
    try {
      return Path.of(result.path()).toAbsolutePath().normalize().equals(directory);
    } catch (InvalidPathException notAPath) {
      return false;
    }
  }

  private static List<PublishedCard.Value> values(Evaluation evaluation, ModelResult result) {
    List<PublishedCard.Value> values = new ArrayList<>();
    for (Metric metric : evaluation.metrics()) {
      MetricValue value = result.metric(metric);
      if (!Double.isNaN(value.value())) {
        values.add(
            new PublishedCard.Value(
                metric.id(), metric.label(), value.value(), value.low(), value.high()));
      }
    }
    return values;
  }
}
