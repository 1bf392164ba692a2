package io.silverspark.model.mining;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Optional;

/**
 * Pairs of sentences drawn uniformly: most are unrelated, which a model must see as well. The draw
 * depends on the seed and on the set of ids, not on their order.
 */
public final class RandomPairs implements Serializable {
  private final long[] sortedIds;
  private final long seed;

  /**
   * Prepares the draw.
   *
   * @param ids distinct, in any order, copied
   * @param seed of the draw
   */
  public RandomPairs(long[] ids, long seed) {
    this.sortedIds = ids.clone();
    Arrays.sort(sortedIds);
    this.seed = seed;
  }

  /** Number of ids. */
  public int size() {
    return sortedIds.length;
  }

  /** After how many attempts a draw of so many pairs ends. */
  public static long attempts(int count) {
    return 8L * count + 64;
  }

  /**
   * One attempt of the draw; the attempts are independent of each other.
   *
   * @param number from 0
   * @return the pair; empty if both ids are the same
   */
  public Optional<CandidatePair> attempt(long number) {
    long one = sortedIds[position(2 * number)];
    long other = sortedIds[position(2 * number + 1)];
    return one == other ? Optional.empty() : Optional.of(CandidatePair.of(one, other));
  }

  private int position(long draw) {
    return (int) Long.remainderUnsigned(PairHash.mix(seed, draw), sortedIds.length);
  }
}
