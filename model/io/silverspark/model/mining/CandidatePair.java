package io.silverspark.model.mining;

/**
 * An unlabelled pair of sentences proposed for labelling. Pairs are unordered: the smaller id comes
 * first, so that equal pairs are equal objects apart from score and origin.
 *
 * @param first the smaller id
 * @param second the larger id
 * @param score cosine similarity of the two, as the proposing search saw it
 * @param origin how the pair was found
 */
public record CandidatePair(long first, long second, float score, Origin origin) {

  /** How a pair was found. */
  public enum Origin {
    /** One is among the most similar sentences of the other. */
    NEIGHBOUR,
    /** One shares rare words with the other. */
    BM25,
    /** Drawn at random. */
    RANDOM
  }

  /**
   * Checks the order.
   *
   * @throws IllegalArgumentException if {@code first} is not below {@code second}
   */
  public CandidatePair {
    if (first >= second) {
      throw new IllegalArgumentException(
          "a pair needs two ids, the smaller first, got " + first + " and " + second);
    }
  }

  /** A pair of two different ids in either order. */
  public static CandidatePair of(long one, long other, float score, Origin origin) {
    return new CandidatePair(Math.min(one, other), Math.max(one, other), score, origin);
  }

  /** The two ids alone: what makes two candidates the same pair. */
  public Key key() {
    return new Key(first, second);
  }

  /**
   * An unordered pair of ids.
   *
   * @param first the smaller id
   * @param second the larger id
   */
  public record Key(long first, long second) {
    /** The key of two ids in either order. */
    public static Key of(long one, long other) {
      return new Key(Math.min(one, other), Math.max(one, other));
    }
  }
}
