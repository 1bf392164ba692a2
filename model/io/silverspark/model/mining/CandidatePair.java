package io.silverspark.model.mining;

/**
 * An unordered pair of sentences proposed for labelling.
 *
 * @param first the smaller id
 * @param second the larger id
 */
public record CandidatePair(long first, long second) {

  /** How a pair was found. */
  public enum Origin {
    /** One is among the most similar sentences of the other. */
    NEIGHBOUR,
    /** One shares rare words with the other. */
    BM25,
    /** Drawn at random. */
    RANDOM
  }

  /** The pair of two ids in either order. */
  public static CandidatePair of(long one, long other) {
    return new CandidatePair(Math.min(one, other), Math.max(one, other));
  }
}
