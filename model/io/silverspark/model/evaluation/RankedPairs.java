package io.silverspark.model.evaluation;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Scored pairs, sorted once from most to least similar, so that thresholds and precision over any
 * selection of the rows come from one pass instead of another sort. Pairs of equal score keep their
 * input order, as a stable sort leaves them.
 */
final class RankedPairs {
  private final int[] positionOfRow;
  private final double[] scores; // by position, falling
  private final boolean[] matches; // by position

  private RankedPairs(int[] positionOfRow, double[] scores, boolean[] matches) {
    this.positionOfRow = positionOfRow;
    this.scores = scores;
    this.matches = matches;
  }

  /**
   * Sorts pairs.
   *
   * @throws IllegalArgumentException if the lengths differ
   */
  static RankedPairs of(double[] scores, boolean[] matches) {
    if (scores.length != matches.length) {
      throw new IllegalArgumentException(
          "%d scores but %d labels".formatted(scores.length, matches.length));
    }
    // Adding 0 turns -0.0 into 0.0, which are equal scores.
    double[] keys = Arrays.stream(scores).map(score -> score + 0.0).toArray();
    int[] order =
        IntStream.range(0, keys.length)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer row) -> keys[row]).reversed())
            .mapToInt(Integer::intValue)
            .toArray();
    int[] positions = new int[order.length];
    double[] sorted = new double[order.length];
    boolean[] sortedMatches = new boolean[order.length];
    for (int position = 0; position < order.length; position++) {
      positions[order[position]] = position;
      sorted[position] = keys[order[position]];
      sortedMatches[position] = matches[order[position]];
    }
    return new RankedPairs(positions, sorted, sortedMatches);
  }

  int rows() {
    return scores.length;
  }

  /** Positions of selected rows, rising; a row that is selected twice is there twice. */
  int[] positions(int[] selection) {
    int[] copies = new int[scores.length];
    for (int row : selection) {
      copies[positionOfRow[row]]++;
    }
    int[] positions = new int[selection.length];
    int next = 0;
    for (int position = 0; position < copies.length; position++) {
      Arrays.fill(positions, next, next + copies[position], position);
      next += copies[position];
    }
    return positions;
  }

  int[] allPositions() {
    return IntStream.range(0, scores.length).toArray();
  }

  boolean isMatch(int position) {
    return matches[position];
  }

  double score(int position) {
    return scores[position];
  }

  /**
   * Mean of the precision at each score, weighted by the recall gained there; pairs of equal score
   * count together. 0 without a match.
   */
  double averagePrecision(int[] positions) {
    int all = matches(positions);
    double sum = 0;
    int found = 0;
    int foundBefore = 0;
    for (int i = 0; i < positions.length; i++) {
      found += matches[positions[i]] ? 1 : 0;
      boolean last = i + 1 == positions.length || scores[positions[i + 1]] != scores[positions[i]];
      if (last) {
        sum += (double) (found - foundBefore) / all * found / (i + 1);
        foundBefore = found;
      }
    }
    return all == 0 ? 0 : sum;
  }

  int matches(int[] positions) {
    int count = 0;
    for (int position : positions) {
      count += matches[position] ? 1 : 0;
    }
    return count;
  }
}
