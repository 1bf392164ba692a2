package io.silverspark.model.evaluation;

import io.silverspark.model.evaluation.ParaphraseMiningEvaluator.Pair;
import io.silverspark.model.evaluation.ParaphraseMiningEvaluator.Scores;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The pairs that {@link ParaphraseMiningEvaluator} found, judged.
 *
 * <p>Pairs share sentences, so a bootstrap cannot draw pairs. It draws groups: sentences that
 * duplicates join, each other sentence by itself. A group that is drawn twice is there as two
 * groups of other sentences: its own pairs count twice, a pair of it and of a group that is drawn
 * three times counts six times, and no pair lies between its two copies. The pairs found stay those
 * of all sentences; nothing is mined again.
 */
public final class MinedParaphrases {
  private static final Scores UNDEFINED =
      new Scores(Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN);

  private final int[] first; // group of the first sentence, by pair, most similar first
  private final int[] second;
  private final boolean[] right;
  private final double[] scores;
  private final int[] duplicates; // by group, found or not

  private MinedParaphrases(
      int[] first, int[] second, boolean[] right, double[] scores, int[] duplicates) {
    this.first = first;
    this.second = second;
    this.right = right;
    this.scores = scores;
    this.duplicates = duplicates;
  }

  /**
   * Judges pairs.
   *
   * @param found most similar first
   * @param scores of them
   */
  static MinedParaphrases of(
      int sentences, List<Pair> found, double[] scores, Set<Pair> duplicates) {
    int[] groups = groups(sentences, duplicates);
    int[] ofGroup = new int[Arrays.stream(groups).max().orElse(-1) + 1];
    duplicates.forEach(pair -> ofGroup[groups[pair.first()]]++);
    int[] first = found.stream().mapToInt(pair -> groups[pair.first()]).toArray();
    int[] second = found.stream().mapToInt(pair -> groups[pair.second()]).toArray();
    boolean[] right = new boolean[found.size()];
    IntStream.range(0, right.length).forEach(i -> right[i] = duplicates.contains(found.get(i)));
    return new MinedParaphrases(first, second, right, scores, ofGroup);
  }

  /** The group of each sentence, from 0. */
  private static int[] groups(int sentences, Set<Pair> duplicates) {
    int[] groups = new int[sentences];
    Arrays.fill(groups, -1);
    int next = 0;
    for (List<Integer> group : ParaphraseMiningEvaluator.groups(duplicates)) {
      for (int sentence : group) {
        groups[sentence] = next;
      }
      next++;
    }
    for (int sentence = 0; sentence < sentences; sentence++) {
      groups[sentence] = groups[sentence] < 0 ? next++ : groups[sentence];
    }
    return groups;
  }

  /** The scores over all sentences. */
  public Scores scores() {
    int[] once = new int[duplicates.length];
    Arrays.fill(once, 1);
    return scores(once);
  }

  /** Average precision over selected groups, for intervals; NaN without a duplicate. */
  public RowStatistic averagePrecision() {
    return RowStatistic.of(duplicates.length, groups -> ofSelection(groups).averagePrecision());
  }

  /** Best F1 over selected groups, for intervals; NaN without a duplicate. */
  public RowStatistic f1() {
    return RowStatistic.of(duplicates.length, groups -> ofSelection(groups).f1());
  }

  private Scores ofSelection(int[] selection) {
    int[] copies = new int[duplicates.length];
    for (int group : selection) {
      copies[group]++;
    }
    return all(copies) == 0 ? UNDEFINED : scores(copies);
  }

  private long all(int[] copies) {
    long all = 0;
    for (int group = 0; group < copies.length; group++) {
      all += (long) copies[group] * duplicates[group];
    }
    return all;
  }

  private Scores scores(int[] copies) {
    long all = all(copies);
    long seen = 0;
    long hits = 0;
    double precisions = 0;
    Scores best = new Scores(0, 0, 0, 0, 0);
    for (int i = 0; i < right.length; i++) {
      long times = (long) copies[first[i]] * (first[i] == second[i] ? 1 : copies[second[i]]);
      if (!right[i]) {
        seen += times;
        continue;
      }
      for (long copy = 0; copy < times; copy++) {
        seen++;
        hits++;
        precisions += (double) hits / seen;
      }
      double precision = (double) hits / seen;
      double recall = (double) hits / all;
      double f1 = 2 * precision * recall / (precision + recall);
      if (f1 > best.f1()) {
        best = new Scores(0, f1, precision, recall, (scores[i] + next(i)) / 2);
      }
    }
    double average = all == 0 ? 0 : precisions / all;
    return new Scores(average, best.f1(), best.precision(), best.recall(), best.threshold());
  }

  private double next(int pair) {
    return scores[Math.min(pair + 1, scores.length - 1)];
  }
}
