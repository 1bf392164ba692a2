package io.silverspark.jobs.report;

import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/**
 * A column of the terminal's table.
 *
 * @param values one per model
 * @param intervals one per model, empty where there is none
 */
record ConsoleColumn(String label, List<String> values, List<String> intervals) {

  /** The headline metrics. */
  static List<ConsoleColumn> scores(Evaluation evaluation) {
    return evaluation.headlines().stream()
        .map(
            metric ->
                new ConsoleColumn(
                    metric.label(),
                    evaluation.models().stream()
                        .map(model -> Display.score(model.metric(metric)))
                        .toList(),
                    evaluation.models().stream()
                        .map(model -> Display.interval(model.metric(metric)))
                        .toList()))
        .toList();
  }

  /** Size and speed, none if no model has them. */
  static List<ConsoleColumn> costs(Evaluation evaluation) {
    if (evaluation.models().stream().map(ModelResult::cost).allMatch(Objects::isNull)) {
      return List.of();
    }
    boolean pairs =
        evaluation.models().stream()
            .anyMatch(model -> model.cost() != null && "pairs".equals(model.cost().unit()));
    return List.of(
        cost(evaluation, "Parameters", cost -> Display.count(cost.parameters())),
        cost(evaluation, "Dimension", cost -> dimension(cost.dimension())),
        cost(evaluation, "MB", cost -> Display.size(cost.megabytes())),
        cost(
            evaluation,
            pairs ? "Texts or pairs/s" : "Sentences/s",
            cost -> Display.size(cost.perSecond())));
  }

  private static String dimension(int dimension) {
    return dimension == 0 ? Display.MISSING : String.valueOf(dimension);
  }

  private static ConsoleColumn cost(
      Evaluation evaluation, String label, Function<ModelCost, String> text) {
    return new ConsoleColumn(
        label,
        evaluation.models().stream()
            .map(model -> model.cost() == null ? Display.MISSING : text.apply(model.cost()))
            .toList(),
        evaluation.models().stream().map(model -> "").toList());
  }
}
