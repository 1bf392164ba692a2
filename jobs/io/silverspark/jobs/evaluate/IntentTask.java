package io.silverspark.jobs.evaluate;

import io.silverspark.jobs.evaluate.EvaluatedText.Role;
import io.silverspark.jobs.report.Metric;
import io.silverspark.model.evaluation.IntentEvaluator;
import io.silverspark.model.evaluation.IntentScores;
import io.silverspark.model.evaluation.RowStatistic;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/** Few-shot intent classification by MTEB's protocol; see {@link IntentEvaluator}. */
final class IntentTask implements DataSetEvaluation {
  private final IntentEvaluator evaluator;
  private final List<String> train;
  private final int[] trainLabels;
  private final List<String> test;
  private final int[] testLabels;

  private IntentTask(
      IntentEvaluator evaluator,
      List<String> train,
      int[] trainLabels,
      List<String> test,
      int[] testLabels) {
    this.evaluator = evaluator;
    this.train = List.copyOf(train);
    this.trainLabels = trainLabels;
    this.test = List.copyOf(test);
    this.testLabels = testLabels;
  }

  /**
   * A task over both splits; labels are numbered in the order of their names.
   *
   * @param train in the order of the files, since the protocol's selection depends on it
   */
  static IntentTask of(
      IntentEvaluator evaluator,
      List<String> train,
      List<String> trainIntents,
      List<String> test,
      List<String> testIntents) {
    TreeSet<String> sorted = new TreeSet<>(trainIntents);
    sorted.addAll(testIntents);
    String[] names = sorted.toArray(String[]::new);
    return new IntentTask(
        evaluator, train, numbers(trainIntents, names), test, numbers(testIntents, names));
  }

  private static int[] numbers(List<String> intents, String[] sortedNames) {
    return intents.stream().mapToInt(intent -> Arrays.binarySearch(sortedNames, intent)).toArray();
  }

  @Override
  public String dataset() {
    return "intents-test";
  }

  @Override
  public String description() {
    return String.format(
        Locale.ROOT,
        "%,d test texts of intents (%d experiments, %d training texts per intent)",
        test.size(),
        evaluator.experiments(),
        evaluator.sampler().perLabel());
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
    return List.of(
        Measure.resampled(
            Metric.INTENT_ACCURACY, "accuracy", RowStatistic.mean(scores.rowAccuracies())),
        Measure.resampled(Metric.INTENT_MACRO_F1, "macro_f1", scores.macroF1Statistic(testLabels)));
  }
}
