package io.silverspark.model.evaluation;

/**
 * How much a document at a rank gains: one over the binary logarithm of the rank plus one.
 *
 * <p>Source: Järvelin and Kekäläinen 2002, Cumulated Gain-Based Evaluation of IR Techniques.
 */
final class RankDiscount {
  private static final double LOG_2 = Math.log(2);

  private RankDiscount() {}

  /** Gain at a rank from 0. */
  static double of(int rank) {
    return LOG_2 / Math.log(rank + 2.0);
  }

  /** Gain of the first ranks together. */
  static double sum(int ranks) {
    double sum = 0;
    for (int rank = 0; rank < ranks; rank++) {
      sum += of(rank);
    }
    return sum;
  }
}
