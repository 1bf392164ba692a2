package io.silverspark.jobs.evaluate;

import io.silverspark.jobs.evaluate.EvaluatedText.Role;
import io.silverspark.jobs.report.Metric;
import io.silverspark.model.data.NliLabel;
import io.silverspark.model.data.TextPair;
import io.silverspark.model.evaluation.BinaryClassificationEvaluator;
import io.silverspark.model.evaluation.ClassificationScores;
import io.silverspark.model.evaluation.RowStatistic;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Pairs that mean the same, told from others by a threshold: entailments from the other pairs of
 * NLI, or graded pairs from a score on. A cross-encoder with several labels is measured by its
 * classes too, where the pairs have classes.
 */
final class PairTask implements DataSetEvaluation {
  private final String dataset;
  private final String id;
  private final String title;
  private final String rows;
  private final List<TextPair> pairs;
  private final boolean[] matches;
  private final int[] classes;

  private PairTask(
      String dataset,
      String id,
      String title,
      String rows,
      List<TextPair> pairs,
      boolean[] matches,
      int[] classes) {
    this.dataset = dataset;
    this.id = id;
    this.title = title;
    this.rows = rows;
    this.pairs = List.copyOf(pairs);
    this.matches = matches;
    this.classes = classes;
  }

  /**
   * Entailment against the rest.
   *
   * @param classes numbers of {@link NliLabel}
   */
  static PairTask ofClasses(List<TextPair> pairs, int[] classes) {
    boolean[] matches = new boolean[classes.length];
    for (int row = 0; row < matches.length; row++) {
      matches[row] = classes[row] == NliLabel.ENTAILMENT.number();
    }
    return new PairTask(
        "nli-validation-pairs",
        "nli_pairs",
        "NLI pair",
        "pairs of NLI validation",
        pairs,
        matches,
        classes.clone());
  }

  /** Graded pairs from a score on against those below. */
  static PairTask ofScores(String split, List<TextPair> pairs, double[] scores, double least) {
    boolean[] matches = new boolean[scores.length];
    for (int row = 0; row < matches.length; row++) {
      matches[row] = scores[row] >= least;
    }
    return new PairTask(
        "sts-" + split + "-pairs",
        "sts_pairs",
        "STS pair",
        "pairs of STS " + split + " to classify",
        pairs,
        matches,
        new int[0]);
  }

  @Override
  public String dataset() {
    return dataset;
  }

  @Override
  public String description() {
    return String.format(Locale.ROOT, "%,d %s", pairs.size(), rows);
  }

  @Override
  public List<EvaluatedText> texts() {
    return pairs.stream()
        .flatMap(pair -> EvaluatedText.of(Role.TEXT, List.of(pair.first(), pair.second())))
        .toList();
  }

  @Override
  public List<TextPair> pairs() {
    return pairs;
  }

  @Override
  public List<Measure> measure(TextVectors vectors) {
    float[][] first = vectors.of(Role.TEXT, pairs.stream().map(TextPair::first).toList());
    float[][] second = vectors.of(Role.TEXT, pairs.stream().map(TextPair::second).toList());
    List<Measure> measures = new ArrayList<>(scored(vectors.similarity().ofRows(first, second)));
    BinaryClassificationEvaluator.evaluate(first, second, matches)
        .forEach(
            (similarity, scores) ->
                addThresholds(measures, similarity.name().toLowerCase(Locale.ROOT), scores));
    return measures;
  }

  @Override
  public List<Measure> measure(PairPredictions predictions) {
    double[] scores = predictions.scores(pairs);
    List<Measure> measures = new ArrayList<>(scored(scores));
    addThresholds(measures, "score", BinaryClassificationEvaluator.evaluate(scores, matches));
    if (classes.length > 0) {
      predictions
          .expected(classes)
          .ifPresent(gold -> addClasses(measures, gold, predictions.labels(pairs)));
    }
    return measures;
  }

  /** What is compared between models, by the score that each model gives. */
  private List<Measure> scored(double[] scores) {
    Metric precision = new Metric(id + "_ap", title + " AP", true);
    Metric f1 = Metric.detail(id + "_f1", title + " best F1");
    Metric accuracy = Metric.detail(id + "_accuracy", title + " best accuracy");
    long broken = Arrays.stream(scores).filter(score -> !Double.isFinite(score)).count();
    if (broken > 0) {
      String reason =
          "the model gives no number for %d of %d pairs".formatted(broken, matches.length);
      return List.of(
          Measure.undefined(precision, "average_precision", matches.length, reason),
          Measure.undefined(f1, "best_f1", matches.length, reason),
          Measure.undefined(accuracy, "best_accuracy", matches.length, reason));
    }
    return List.of(
        averagePrecision(precision, scores),
        Measure.resampled(f1, "best_f1", BinaryClassificationEvaluator.bestF1(scores, matches)),
        Measure.resampled(
            accuracy,
            "best_accuracy",
            BinaryClassificationEvaluator.bestAccuracy(scores, matches)));
  }

  private Measure averagePrecision(Metric metric, double[] scores) {
    int found = found();
    return found == 0 || found == matches.length
        ? Measure.undefined(
            metric,
            "average_precision",
            matches.length,
            "%s of the %d pairs is a match"
                .formatted(found == 0 ? "none" : "every one", matches.length))
        : Measure.resampled(
            metric,
            "average_precision",
            BinaryClassificationEvaluator.averagePrecision(scores, matches));
  }

  private int found() {
    int found = 0;
    for (boolean match : matches) {
      found += match ? 1 : 0;
    }
    return found;
  }

  private void addThresholds(
      List<Measure> measures, String by, BinaryClassificationEvaluator.Scores scores) {
    add(measures, by + "_ap", "AP, " + by, scores.averagePrecision());
    add(measures, by + "_accuracy", "accuracy, " + by, scores.accuracy());
    add(
        measures,
        by + "_accuracy_threshold",
        "accuracy threshold, " + by,
        scores.accuracyThreshold());
    add(measures, by + "_f1", "F1, " + by, scores.f1());
    add(measures, by + "_f1_threshold", "F1 threshold, " + by, scores.f1Threshold());
    add(measures, by + "_precision", "precision, " + by, scores.precision());
    add(measures, by + "_recall", "recall, " + by, scores.recall());
    add(measures, by + "_mcc", "Matthews correlation, " + by, scores.matthews());
  }

  private void addClasses(List<Measure> measures, int[] gold, int[] labels) {
    ClassificationScores scores = ClassificationScores.of(gold, labels);
    boolean[] correct = new boolean[gold.length];
    for (int row = 0; row < correct.length; row++) {
      correct[row] = gold[row] == labels[row];
    }
    measures.add(
        Measure.resampled(
            Metric.detail(id + "_label_accuracy", title + " label accuracy"),
            "label_accuracy",
            RowStatistic.accuracy(correct)));
    add(measures, "f1_macro", "macro F1 of the classes", scores.macroF1());
    add(measures, "f1_weighted", "weighted F1 of the classes", scores.weightedF1());
  }

  private void add(List<Measure> measures, String name, String label, double value) {
    measures.add(
        Measure.plain(
            Metric.detail(id + "_" + name, title + " " + label), name, value, pairs.size()));
  }
}
