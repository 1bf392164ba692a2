package io.silverspark.model.mining;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/**
 * Picks one query's negatives from its candidates by a {@link HardNegativePolicy}. Comparisons are
 * in float, as the scores are. Stateless, so the result for a query depends on nothing but its own
 * candidates, positives and, where drawn at random, its id and the seed.
 */
public final class HardNegativeSelector implements Serializable {
  private final HardNegativePolicy policy;
  private final int rangeMax;
  private final NegativeDifficulty difficulty;
  private final float margin;

  /**
   * A selector of hard negatives.
   *
   * @param maxPositives see {@link HardNegativePolicy#effectiveRangeMax}
   */
  public HardNegativeSelector(HardNegativePolicy policy, int maxPositives) {
    this(policy, maxPositives, NegativeDifficulty.HARD, 0);
  }

  /**
   * A selector of negatives of a given difficulty.
   *
   * @param maxPositives see {@link HardNegativePolicy#effectiveRangeMax}
   * @param margin m of {@link NegativeDifficulty}, in units of the score; unused for HARD
   * @throws IllegalArgumentException if {@code margin} is negative, or 0 for SEMI_HARD
   */
  public HardNegativeSelector(
      HardNegativePolicy policy, int maxPositives, NegativeDifficulty difficulty, double margin) {
    if (margin < 0 || (margin == 0 && difficulty == NegativeDifficulty.SEMI_HARD)) {
      throw new IllegalArgumentException(
          "margin must be above 0 for semi-hard negatives and never negative, got " + margin);
    }
    this.policy = policy;
    this.rangeMax = policy.effectiveRangeMax(maxPositives);
    this.difficulty = difficulty;
    this.margin = (float) margin;
  }

  /**
   * The negatives of one query.
   *
   * @param queryId takes part in the random draw, so that queries differ
   * @param candidates ranked or not (scores may come from another model than the ranking)
   * @param positives the query's known positives with their scores, at least one
   * @return at most {@code numNegatives}, best first; empty if every candidate was dropped
   */
  public List<Neighbour> select(
      long queryId, Collection<Neighbour> candidates, Collection<Neighbour> positives) {
    if (positives.isEmpty()) {
      throw new IllegalArgumentException("query " + queryId + " has no positive");
    }
    Set<Long> known = positives.stream().map(Neighbour::id).collect(Collectors.toSet());
    float smallest = Float.POSITIVE_INFINITY;
    for (Neighbour positive : positives) {
      smallest = Math.min(smallest, positive.score());
    }
    List<Neighbour> kept = new ArrayList<>();
    for (Neighbour candidate : candidates) {
      boolean allowed = policy.includePositives() || !known.contains(candidate.id());
      if (allowed && passes(candidate.score(), smallest)) {
        kept.add(candidate);
      }
    }
    kept.sort(Neighbour.BEST_FIRST);
    return choose(queryId, window(kept));
  }

  private boolean passes(float score, float smallestPositive) {
    if (policy.absoluteMargin().isPresent()
        && score + (float) policy.absoluteMargin().getAsDouble() > smallestPositive) {
      return false;
    }
    if (policy.relativeMargin().isPresent()
        && score
            > smallestPositive
                - Math.abs(smallestPositive) * (float) policy.relativeMargin().getAsDouble()) {
      return false;
    }
    if (policy.maxScore().isPresent() && score > (float) policy.maxScore().getAsDouble()) {
      return false;
    }
    if (policy.minScore().isPresent() && score < (float) policy.minScore().getAsDouble()) {
      return false;
    }
    return difficulty.accepts(score, smallestPositive, margin);
  }

  private List<Neighbour> window(List<Neighbour> ranked) {
    int end = Math.min(rangeMax, ranked.size());
    return ranked.subList(Math.min(policy.rangeMin(), end), end);
  }

  private List<Neighbour> choose(long queryId, List<Neighbour> window) {
    int count = Math.min(policy.numNegatives(), window.size());
    boolean random =
        difficulty == NegativeDifficulty.EASY
            || policy.sampling() == HardNegativePolicy.Sampling.RANDOM;
    if (!random) {
      return List.copyOf(window.subList(0, count));
    }
    List<Neighbour> pool = new ArrayList<>(window);
    SplittableRandom draw = new SplittableRandom(PairHash.mix(policy.seed(), queryId));
    for (int i = 0; i < count; i++) {
      int chosen = i + draw.nextInt(pool.size() - i);
      Neighbour swapped = pool.set(chosen, pool.get(i));
      pool.set(i, swapped);
    }
    return pool.subList(0, count).stream().sorted(Neighbour.BEST_FIRST).toList();
  }
}
