package io.silverspark.model.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Few-shot intent classification: a logistic regression on the embeddings of a few training rows a
 * label, scored on the whole test split, several times over.
 *
 * <p>Source: MTEB's {@code Banking77Classification} (10 experiments, 8 rows per label, seed 42,
 * main score mean accuracy). The selection equals MTEB's when the training rows come in the order
 * of the original files.
 *
 * @param experiments at least 1
 * @param sampler draws the training rows
 * @param classifier fitted in each experiment
 */
public record IntentEvaluator(
    int experiments, FewShotSampler sampler, LogisticRegression classifier) {

  /**
   * Checks the range.
   *
   * @throws IllegalArgumentException if {@code experiments} is below 1
   */
  public IntentEvaluator {
    if (experiments < 1) {
      throw new IllegalArgumentException("experiments must be at least 1, found " + experiments);
    }
  }

  /** 10 experiments of 8 rows per label, seed 42: MTEB's. */
  public static IntentEvaluator defaults() {
    return new IntentEvaluator(10, new FewShotSampler(8, 42), LogisticRegression.defaults());
  }

  /** The training rows that some experiment uses, ascending: only these need embeddings. */
  public int[] rowsNeeded(int[] trainLabels) {
    return sampler.select(trainLabels, experiments).stream()
        .flatMapToInt(Arrays::stream)
        .distinct()
        .sorted()
        .toArray();
  }

  /**
   * Runs the experiments.
   *
   * @param train [rows][width] embeddings; rows outside {@link #rowsNeeded} may be null
   * @param trainLabels of every training row
   * @param test [rows][width] embeddings
   * @param testLabels of every test row, the same numbering
   * @throws IllegalArgumentException if lengths differ, a needed row is null or not finite, or
   *     there are fewer than two labels
   */
  public IntentScores evaluate(
      float[][] train, int[] trainLabels, float[][] test, int[] testLabels) {
    if (train.length != trainLabels.length || test.length != testLabels.length) {
      throw new IllegalArgumentException(
          "%d training rows with %d labels, %d test rows with %d labels"
              .formatted(train.length, trainLabels.length, test.length, testLabels.length));
    }
    List<Experiment> results = new ArrayList<>();
    for (int[] rows : sampler.select(trainLabels, experiments)) {
      results.add(experiment(rows, train, trainLabels, test, testLabels));
    }
    return new IntentScores(results);
  }

  private Experiment experiment(
      int[] rows, float[][] train, int[] trainLabels, float[][] test, int[] testLabels) {
    float[][] features = new float[rows.length][];
    int[] labels = new int[rows.length];
    for (int i = 0; i < rows.length; i++) {
      if (train[rows[i]] == null) {
        throw new IllegalArgumentException("Training row " + rows[i] + " has no embedding");
      }
      features[i] = train[rows[i]];
      labels[i] = trainLabels[rows[i]];
    }
    LogisticModel model = classifier.fit(features, labels);
    int[] predicted = model.predict(test);
    boolean[] correct = new boolean[predicted.length];
    for (int row = 0; row < correct.length; row++) {
      correct[row] = predicted[row] == testLabels[row];
    }
    return new Experiment(
        ClassificationScores.of(testLabels, predicted),
        rows,
        model.iterations(),
        predicted,
        correct);
  }

  /**
   * One few-shot experiment of {@link IntentEvaluator}.
   *
   * @param trainRows training rows used, in the order drawn
   * @param iterations steps that the classifier's fit took
   * @param predicted label given to each test row
   * @param correct whether each test row was predicted right
   */
  @SuppressWarnings("ArrayRecordComponent") // One entry a row, never compared as a whole.
  public record Experiment(
      ClassificationScores scores,
      int[] trainRows,
      int iterations,
      int[] predicted,
      boolean[] correct) {}
}
