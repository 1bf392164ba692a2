package io.silverspark.model.mining;

/**
 * Which part of a query's ranking its negatives come from. Let p be the smallest score of the
 * query's positives, m the margin of the {@link HardNegativeSelector}, and s a candidate's score.
 * The filters of the {@link HardNegativePolicy} apply first in every case.
 */
public enum NegativeDifficulty {
  /**
   * The top of the ranking, whatever s is against p. What mine_hard_negatives of
   * sentence-transformers does.
   */
  HARD,
  /**
   * Below the positive but within the margin: {@code p - m < s < p}, nearest to the positive first.
   * The window of FaceNet (Schroff et al. 2015, arXiv:1503.03832, section 3.2), on similarities.
   * There is no fallback: a query without such candidates gets no negative.
   */
  SEMI_HARD,
  /**
   * At or below the margin: {@code s <= p - m}, drawn at random with the selector's seed. The
   * candidates should be a random sample of the corpus, not the top of the ranking: see {@link
   * HardNegativeMiner}.
   */
  EASY;

  boolean accepts(float score, float smallestPositive, float margin) {
    return switch (this) {
      case HARD -> true;
      case SEMI_HARD -> score < smallestPositive && score > smallestPositive - margin;
      case EASY -> score <= smallestPositive - margin;
    };
  }
}
