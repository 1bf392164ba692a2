package io.silverspark.jobs.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The answer to the user's question: did silver help? Read off the paired interval of gold + silver
 * minus gold only in the first headline metric that was compared; the other metrics are listed
 * separately.
 *
 * @param gained one sentence on what training gained over the base model, may be empty
 * @param answer one or two words
 * @param sentence the finding with its numbers
 * @param others one sentence on the other metrics, may be empty
 */
public record Verdict(
    Outcome outcome, String gained, String answer, String sentence, String others) {

  static Verdict of(Evaluation evaluation) {
    Optional<ModelResult> gold = evaluation.model(ModelRole.GOLD);
    Optional<ModelResult> silver = evaluation.model(ModelRole.GOLD_AND_SILVER);
    if (gold.isEmpty() || silver.isEmpty()) {
      String lacking = gold.isEmpty() ? "gold only" : "gold + silver";
      return unknown("This run has no " + lacking + " model to compare.");
    }
    List<Metric> compared = new ArrayList<>();
    List<PairedDifference> differences = new ArrayList<>();
    for (Metric metric : evaluation.headlines()) {
      evaluation
          .difference(metric, gold.get(), silver.get())
          .filter(difference -> difference.outcome() != Outcome.UNKNOWN)
          .ifPresent(
              difference -> {
                compared.add(metric);
                differences.add(difference);
              });
    }
    List<String> undefined = UndefinedValues.sentences(evaluation, evaluation.headlines());
    if (compared.isEmpty()) {
      return unknown(
          undefined.isEmpty()
              ? "The two models were not compared on the same test rows, or on too few."
              : "No metric could be compared. " + String.join(" ", undefined));
    }
    PairedDifference first = differences.get(0);
    return new Verdict(
        first.outcome(),
        gained(evaluation, compared.get(0), silver.get()),
        answer(first.outcome()),
        sentence(evaluation, compared.get(0), first, gold.get(), silver.get()),
        others(compared.subList(1, compared.size()), differences.subList(1, differences.size())));
  }

  private static Verdict unknown(String why) {
    return new Verdict(Outcome.UNKNOWN, "", "Not measured.", why, "");
  }

  /** From the base model to the model of gold and silver pairs. */
  private static String gained(Evaluation evaluation, Metric metric, ModelResult trained) {
    return evaluation
        .model(ModelRole.BASE)
        .flatMap(
            base ->
                evaluation
                    .difference(metric, base, trained)
                    .filter(difference -> difference.outcome() != Outcome.UNKNOWN)
                    .map(difference -> gained(evaluation, metric, difference, base, trained)))
        .orElse("");
  }

  private static String gained(
      Evaluation evaluation,
      Metric metric,
      PairedDifference difference,
      ModelResult base,
      ModelResult trained) {
    return String.format(
        "Training on gold and silver pairs %s %s from %s (base) to %s: %s, %s interval %s.",
        switch (difference.outcome()) {
          case BETTER -> "raised";
          case WORSE -> "lowered";
          default -> "did not significantly change";
        },
        metric.label(),
        Display.score(base.metric(metric).value()),
        Display.score(trained.metric(metric).value()),
        Display.signed(difference.difference()),
        evaluation.level(),
        Display.interval(difference));
  }

  private static String answer(Outcome outcome) {
    return switch (outcome) {
      case BETTER -> "Yes.";
      case WORSE -> "No, it hurt.";
      case UNDECIDED -> "No statistically significant difference.";
      case UNKNOWN -> "Not measured.";
    };
  }

  private static String sentence(
      Evaluation evaluation,
      Metric metric,
      PairedDifference difference,
      ModelResult gold,
      ModelResult silver) {
    String from = Display.score(gold.metric(metric).value());
    String to = Display.score(silver.metric(metric).value());
    String size =
        "%s, %s interval %s"
            .formatted(
                Display.signed(difference.difference()),
                evaluation.level(),
                Display.interval(difference));
    return switch (difference.outcome()) {
      case BETTER, WORSE ->
          String.format(
              "%s %s from %s with gold only to %s with gold + silver: %s.",
              metric.label(), difference.difference() > 0 ? "rose" : "fell", from, to, size);
      case UNDECIDED, UNKNOWN ->
          String.format(
              "%s is %s with gold only and %s with gold + silver: %s, which includes zero.",
              metric.label(), from, to, size);
    };
  }

  private static String others(List<Metric> metrics, List<PairedDifference> differences) {
    List<String> parts = new ArrayList<>();
    for (Outcome outcome : List.of(Outcome.BETTER, Outcome.WORSE, Outcome.UNDECIDED)) {
      List<String> labels = new ArrayList<>();
      for (int i = 0; i < metrics.size(); i++) {
        if (differences.get(i).outcome() == outcome) {
          labels.add(metrics.get(i).label());
        }
      }
      if (!labels.isEmpty()) {
        parts.add(outcome.text() + " in " + String.join(", ", labels));
      }
    }
    return parts.isEmpty() ? "" : "The other metrics: " + String.join("; ", parts) + ".";
  }
}
