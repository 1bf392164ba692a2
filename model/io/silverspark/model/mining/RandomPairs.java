package io.silverspark.model.mining;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Pairs of sentences drawn uniformly: most are unrelated, which a model must see as well. The draw
 * depends on the seed and on the set of ids, not on their order.
 */
public final class RandomPairs {
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

  /**
   * Draws distinct pairs.
   *
   * @param count how many; fewer are returned where the sentences have hardly more pairs
   * @param excluded pairs not to return
   * @return distinct pairs in the order of the draw
   */
  public List<CandidatePair.Key> draw(int count, Set<CandidatePair.Key> excluded) {
    Set<CandidatePair.Key> drawn = new LinkedHashSet<>();
    int size = sortedIds.length;
    long attempts = size < 2 ? 0 : 8L * count + 64;
    for (long attempt = 0; attempt < attempts && drawn.size() < count; attempt++) {
      long one = sortedIds[position(2 * attempt)];
      long other = sortedIds[position(2 * attempt + 1)];
      CandidatePair.Key key = CandidatePair.Key.of(one, other);
      if (one != other && !excluded.contains(key)) {
        drawn.add(key);
      }
    }
    return new ArrayList<>(drawn);
  }

  private int position(long draw) {
    return (int) Long.remainderUnsigned(PairHash.mix(seed, draw), sortedIds.length);
  }
}
