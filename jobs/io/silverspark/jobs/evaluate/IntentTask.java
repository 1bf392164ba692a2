package io.silverspark.jobs.evaluate;

import io.silverspark.jobs.evaluate.EvaluatedText.Role;
import io.silverspark.jobs.report.Metric;
import io.silverspark.model.evaluation.IntentEvaluator;
import io.silverspark.model.evaluation.IntentScores;
import io.silverspark.model.evaluation.RowStatistic;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/** Few-shot intent classification by MTEB's protocol; see {@link IntentEvaluator}. */
final class IntentTask implements DataSetEvaluation {
  private static final String INTENTS = "intents-test";

  private final String dataset;
  private final boolean binary;
  private final IntentEvaluator evaluator;
  private final List<String> train;
  private final int[] trainLabels;
  private final List<String> test;
  private final int[] testLabels;

  private IntentTask(
      String dataset,
      IntentEvaluator evaluator,
      List<String> train,
      int[] trainLabels,
      List<String> test,
      int[] testLabels) {
    this.dataset = dataset;
    this.binary = Arrays.stream(testLabels).distinct().count() == 2;
    this.evaluator = evaluator;
    this.train = List.copyOf(train);
    this.trainLabels = trainLabels;
    this.test = List.copyOf(test);
    this.testLabels = testLabels;
  }

  /**
   * The task over the intents; labels are numbered in the order of their names.
   *
   * @param train in the order of the files, since the protocol's selection depends on it
   */
  static IntentTask of(
      IntentEvaluator evaluator,
      List<String> train,
      List<String> trainIntents,
      List<String> test,
      List<String> testIntents) {
    return ofBenchmark(INTENTS, evaluator, train, trainIntents, test, testIntents);
  }

  /**
   * The same over a benchmark, whose metrics have its name. Labels that are whole numbers are in
   * the order of their values.
   */
  static IntentTask ofBenchmark(
      String name,
      IntentEvaluator evaluator,
      List<String> train,
      List<String> trainIntents,
      List<String> test,
      List<String> testIntents) {
    TreeSet<String> names = new TreeSet<>(trainIntents);
    names.addAll(testIntents);
    List<String> sorted = new ArrayList<>(names);
    if (sorted.stream().allMatch(label -> label.matches("\\d{1,9}"))) {
      sorted.sort(Comparator.comparingInt(Integer::parseInt));
    }
    return new IntentTask(
        name, evaluator, train, numbers(trainIntents, sorted), test, numbers(testIntents, sorted));
  }

  private static int[] numbers(List<String> intents, List<String> sortedNames) {
    Map<String, Integer> numbers = new HashMap<>();
    sortedNames.forEach(name -> numbers.put(name, numbers.size()));
    return intents.stream().mapToInt(numbers::get).toArray();
  }

  @Override
  public String dataset() {
    return dataset;
  }

  @Override
  public String description() {
    return String.format(
        Locale.ROOT,
        "%,d test texts of %s (%d experiments, %d training texts per %s)",
        test.size(),
        isIntents() ? "intents" : dataset,
        evaluator.experiments(),
        evaluator.sampler().perLabel(),
        isIntents() ? "intent" : "label");
  }

  @Override
  public List<EvaluatedText> texts() {
    List<String> texts = new ArrayList<>(test);
    Arrays.stream(evaluator.rowsNeeded(trainLabels)).mapToObj(train::get).forEach(texts::add);
    return EvaluatedText.of(Role.TEXT, texts).toList();
  }

  @Override
  public List<Measure> measure(TextVectors vectors) {
    IntentScores scores =
        evaluator.evaluate(
            vectors.of(Role.TEXT, train), trainLabels, vectors.of(Role.TEXT, test), testLabels);
    RowStatistic accuracy = RowStatistic.mean(scores.rowAccuracies());
    RowStatistic macroF1 = scores.macroF1Statistic(testLabels);
    if (isIntents()) {
      return List.of(
          Measure.resampled(Metric.INTENT_ACCURACY, "accuracy", accuracy),
          Measure.resampled(Metric.INTENT_MACRO_F1, "macro_f1", macroF1));
    }
    List<Measure> measures = new ArrayList<>();
    measures.add(
        Measure.resampled(
            new Metric(dataset + "_accuracy", title() + " accuracy", true), "accuracy", accuracy));
    measures.add(Measure.resampled(detail("f1", "macro F1"), "f1", macroF1));
    add(measures, "f1_weighted", "weighted F1", scores.weightedF1());
    add(measures, "precision", "macro precision", scores.macroPrecision());
    add(measures, "precision_weighted", "weighted precision", scores.weightedPrecision());
    add(measures, "recall", "macro recall", scores.macroRecall());
    add(measures, "recall_weighted", "weighted recall", scores.accuracy());
    if (binary) {
      add(measures, "ap", "average precision", scores.averagePrecision(testLabels));
    }
    return measures;
  }

  private void add(List<Measure> measures, String id, String label, double value) {
    measures.add(Measure.plain(detail(id, label), id, value, test.size()));
  }

  private Metric detail(String id, String label) {
    return Metric.detail(dataset + "_" + id, title() + " " + label);
  }

  /** Without the word that all of MTEB's have. */
  private String title() {
    return dataset.replaceFirst("(?<=.)Classification$", "");
  }

  private boolean isIntents() {
    return dataset.equals(INTENTS);
  }
}
