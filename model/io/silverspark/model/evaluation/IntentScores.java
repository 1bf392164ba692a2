package io.silverspark.model.evaluation;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Result of {@link IntentEvaluator}.
 *
 * @param experiments at least one, in order
 */
public record IntentScores(List<IntentEvaluator.Experiment> experiments) {

  /** Copies the list. */
  public IntentScores {
    experiments = List.copyOf(experiments);
  }

  /** Mean accuracy over the experiments, from 0 to 1: MTEB's main score. */
  public double accuracy() {
    return mean(ClassificationScores::accuracy);
  }

  /** Mean macro F1 over the experiments. */
  public double macroF1() {
    return mean(ClassificationScores::macroF1);
  }

  /** Mean weighted F1 over the experiments. */
  public double weightedF1() {
    return mean(ClassificationScores::weightedF1);
  }

  /** Share of experiments that got each test row right; its mean is {@link #accuracy}. */
  public double[] rowAccuracies() {
    double[] result = new double[experiments.get(0).correct().length];
    for (IntentEvaluator.Experiment experiment : experiments) {
      for (int row = 0; row < result.length; row++) {
        result[row] += experiment.correct()[row] ? 1.0 / experiments.size() : 0;
      }
    }
    return result;
  }

  /**
   * {@link #macroF1} over selected test rows, for bootstrap intervals.
   *
   * @param testLabels as given to {@link IntentEvaluator#evaluate}
   */
  public RowStatistic macroF1Statistic(int[] testLabels) {
    int[] gold = testLabels.clone();
    return RowStatistic.of(
        gold.length,
        selection -> {
          double sum = 0;
          for (IntentEvaluator.Experiment experiment : experiments) {
            sum += ClassificationScores.macroF1(gold, experiment.predicted(), selection);
          }
          return sum / experiments.size();
        });
  }

  /** Mean macro precision over the experiments. */
  public double macroPrecision() {
    return mean(ClassificationScores::macroPrecision);
  }

  /** Mean weighted precision over the experiments. */
  public double weightedPrecision() {
    return mean(ClassificationScores::weightedPrecision);
  }

  /** Mean macro recall over the experiments. */
  public double macroRecall() {
    return mean(ClassificationScores::macroRecall);
  }

  /**
   * Mean average precision of the predicted labels over the experiments, as MTEB reports it for two
   * labels.
   *
   * @param testLabels as given to {@link IntentEvaluator#evaluate}, 0 and 1
   */
  public double averagePrecision(int[] testLabels) {
    boolean[] matches = new boolean[testLabels.length];
    for (int row = 0; row < matches.length; row++) {
      matches[row] = testLabels[row] == 1;
    }
    return experiments.stream()
        .map(experiment -> Arrays.stream(experiment.predicted()).asDoubleStream().toArray())
        .mapToDouble(
            scores -> BinaryClassificationEvaluator.evaluate(scores, matches).averagePrecision())
        .average()
        .orElseThrow();
  }

  private double mean(ToDoubleFunction<ClassificationScores> score) {
    return experiments.stream()
        .map(IntentEvaluator.Experiment::scores)
        .mapToDouble(score)
        .average()
        .orElseThrow();
  }
}
