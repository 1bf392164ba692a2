package io.silverspark.jobs.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Says of the metrics that are NaN why they are. */
final class UndefinedValues {
  private UndefinedValues() {}

  /** One sentence a reason, such as {@code STS Pearson is NaN: all 6 gold scores are 2.5.} */
  static List<String> sentences(Evaluation evaluation, List<Metric> metrics) {
    Map<String, List<String>> subjects = new LinkedHashMap<>();
    for (Metric metric : metrics) {
      Map<String, List<String>> models = new LinkedHashMap<>();
      for (ModelResult model : evaluation.models()) {
        String reason = model.metric(metric).reason();
        if (!reason.isEmpty()) {
          models.computeIfAbsent(reason, r -> new ArrayList<>()).add(model.name());
        }
      }
      models.forEach(
          (reason, names) ->
              subjects
                  .computeIfAbsent(reason, r -> new ArrayList<>())
                  .add(
                      names.size() == evaluation.models().size()
                          ? metric.label()
                          : metric.label() + " of " + String.join(" and ", names)));
    }
    List<String> sentences = new ArrayList<>();
    subjects.forEach(
        (reason, labels) ->
            sentences.add(
                "%s %s NaN: %s."
                    .formatted(
                        String.join(", ", labels), labels.size() == 1 ? "is" : "are", reason)));
    return sentences;
  }
}
