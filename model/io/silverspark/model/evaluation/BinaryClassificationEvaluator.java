package io.silverspark.model.evaluation;

import java.util.EnumMap;
import java.util.Map;

/**
 * Tells pairs that mean the same from others by a threshold on their similarity, the best one for
 * each measure.
 *
 * <p>Source: {@code BinaryClassificationEvaluator} of sentence-transformers, and scikit-learn's
 * {@code average_precision_score} and {@code matthews_corrcoef}. As there, thresholds are tried
 * between neighbours of the sorted pairs, also between neighbours of equal score, whose order is
 * that of the input; the first of equally good thresholds is taken; the last pair is never the
 * first one outside.
 */
public final class BinaryClassificationEvaluator {
  private BinaryClassificationEvaluator() {}

  /**
   * How well scores tell matching pairs from others. Thresholds are in the unit of the scores that
   * were given: for distances they are upper limits of a match, for similarities lower ones.
   *
   * @param accuracy highest share of pairs that one threshold puts on the right side
   * @param accuracyThreshold of that accuracy; -1 if no threshold puts any pair on the right side
   * @param f1 highest F1 of the matches over all thresholds
   * @param f1Threshold of that F1; 0 if no match was found
   * @param precision at {@code f1Threshold}
   * @param recall at {@code f1Threshold}
   * @param averagePrecision area under precision over recall, by steps; needs no threshold
   * @param matthews Matthews correlation of the labels with the side of {@code f1Threshold}, -1 to
   *     1
   */
  public record Scores(
      double accuracy,
      double accuracyThreshold,
      double f1,
      double f1Threshold,
      double precision,
      double recall,
      double averagePrecision,
      double matthews) {

    /** The same for scores of the opposite sign: only the thresholds change. */
    Scores negated() {
      return new Scores(
          accuracy,
          accuracy > 0 ? -accuracyThreshold : accuracyThreshold,
          f1,
          f1 > 0 ? -f1Threshold : f1Threshold,
          precision,
          recall,
          averagePrecision,
          matthews);
    }
  }

  /**
   * Judges each similarity of two columns of embeddings. Thresholds of Manhattan and Euclidean are
   * distances, not negated.
   *
   * @param first [rows][width] embeddings of the first texts, any norm
   * @param second [rows][width] embeddings of the second texts
   * @param matches whether the texts of a row mean the same
   * @throws IllegalArgumentException if the shapes differ
   */
  public static Map<Similarity, Scores> evaluate(
      float[][] first, float[][] second, boolean[] matches) {
    Map<Similarity, Scores> scores = new EnumMap<>(Similarity.class);
    for (Similarity similarity : Similarity.values()) {
      double[] values = similarity.ofRows(first, second);
      Scores judged = evaluate(values, matches);
      boolean distance = similarity == Similarity.MANHATTAN || similarity == Similarity.EUCLIDEAN;
      scores.put(similarity, distance ? judged.negated() : judged);
    }
    return scores;
  }

  /**
   * Judges scores of which a higher one means more similar.
   *
   * @param scores one per pair
   * @param matches one per pair
   * @throws IllegalArgumentException if the lengths differ
   */
  public static Scores evaluate(double[] scores, boolean[] matches) {
    RankedPairs pairs = RankedPairs.of(scores, matches);
    int[] all = pairs.allPositions();
    BestAccuracy accuracy = BestAccuracy.of(pairs, all);
    BestF1 f1 = BestF1.of(pairs, all);
    return new Scores(
        accuracy.accuracy(),
        accuracy.threshold(),
        f1.f1(),
        f1.threshold(),
        f1.precision(),
        f1.recall(),
        pairs.averagePrecision(all),
        matthews(pairs, f1.threshold()));
  }

  /** Average precision, for intervals. */
  public static RowStatistic averagePrecision(double[] scores, boolean[] matches) {
    RankedPairs pairs = RankedPairs.of(scores, matches);
    return RowStatistic.of(
        pairs.rows(), selection -> pairs.averagePrecision(pairs.positions(selection)));
  }

  /** Best accuracy, its threshold chosen again in each resample, for intervals. */
  public static RowStatistic bestAccuracy(double[] scores, boolean[] matches) {
    RankedPairs pairs = RankedPairs.of(scores, matches);
    return RowStatistic.of(
        pairs.rows(), selection -> BestAccuracy.of(pairs, pairs.positions(selection)).accuracy());
  }

  /** Best F1, its threshold chosen again in each resample, for intervals. */
  public static RowStatistic bestF1(double[] scores, boolean[] matches) {
    RankedPairs pairs = RankedPairs.of(scores, matches);
    return RowStatistic.of(
        pairs.rows(), selection -> BestF1.of(pairs, pairs.positions(selection)).f1());
  }

  private static double matthews(RankedPairs pairs, double threshold) {
    double truePositives = 0;
    double falsePositives = 0;
    double positives = 0;
    for (int position = 0; position < pairs.rows(); position++) {
      boolean predicted = pairs.score(position) >= threshold;
      positives += pairs.isMatch(position) ? 1 : 0;
      truePositives += predicted && pairs.isMatch(position) ? 1 : 0;
      falsePositives += predicted && !pairs.isMatch(position) ? 1 : 0;
    }
    double predicted = truePositives + falsePositives;
    double rows = pairs.rows();
    double spread = positives * (rows - positives) * predicted * (rows - predicted);
    return spread == 0 ? 0 : (truePositives * rows - positives * predicted) / Math.sqrt(spread);
  }

  private record BestAccuracy(double accuracy, double threshold) {
    static BestAccuracy of(RankedPairs pairs, int[] positions) {
      int right = positions.length - pairs.matches(positions); // all on the side of the others
      int best = 0;
      double threshold = -1;
      for (int i = 0; i + 1 < positions.length; i++) {
        right += pairs.isMatch(positions[i]) ? 1 : -1;
        if (right > best) {
          best = right;
          threshold = between(pairs, positions, i);
        }
      }
      return new BestAccuracy((double) best / positions.length, threshold);
    }
  }

  private record BestF1(double f1, double threshold, double precision, double recall) {
    static BestF1 of(RankedPairs pairs, int[] positions) {
      double matches = pairs.matches(positions);
      BestF1 best = new BestF1(0, 0, 0, 0);
      int found = 0;
      for (int i = 0; i + 1 < positions.length; i++) {
        found += pairs.isMatch(positions[i]) ? 1 : 0;
        if (found > 0) {
          double precision = (double) found / (i + 1);
          double recall = found / matches;
          double f1 = 2 * precision * recall / (precision + recall);
          if (f1 > best.f1) {
            best = new BestF1(f1, between(pairs, positions, i), precision, recall);
          }
        }
      }
      return best;
    }
  }

  private static double between(RankedPairs pairs, int[] positions, int i) {
    return (pairs.score(positions[i]) + pairs.score(positions[i + 1])) / 2;
  }
}
