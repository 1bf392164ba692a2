package io.silverspark.model.mining;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * How new pairs are recombined from unlabelled sentences for a cross-encoder to label. Source:
 * Thakur et al. 2021, Augmented SBERT, arXiv:2010.08240, section 3.1, semantic search sampling; the
 * share of random pairs is ours.
 *
 * @param perSentence nearest sentences that each sentence is paired with, at least 1
 * @param pairs pairs in all; empty: every pair of neighbours and the random ones on top
 * @param randomShare share of random pairs among all, 0 to 1
 * @param density wished-for distribution of similarity; then neighbours and random pairs form one
 *     pool that is sampled bin by bin
 * @param seed of every choice
 */
public record SilverPolicy(
    int perSentence,
    OptionalInt pairs,
    double randomShare,
    Optional<ScoreDensity> density,
    long seed) {

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if a number is out of its range; the message shows the value
   */
  public SilverPolicy {
    if (perSentence < 1) {
      throw new IllegalArgumentException("perSentence must be at least 1, got " + perSentence);
    }
    if (pairs.orElse(1) < 1) {
      throw new IllegalArgumentException("pairs must be at least 1, got " + pairs.getAsInt());
    }
    if (!(randomShare >= 0 && randomShare <= 1)) {
      throw new IllegalArgumentException("randomShare must be from 0 to 1, got " + randomShare);
    }
    if (pairs.isEmpty() && (randomShare == 1 || density.isPresent())) {
      throw new IllegalArgumentException(
          "random pairs alone and a density need a number of pairs, got none");
    }
  }

  /** Neighbours to take when so many are there. */
  public int neighbourCount(int available) {
    if (pairs.isEmpty()) {
      return available;
    }
    return Math.min(available, pairs.getAsInt() - randomWish());
  }

  /** Random pairs to add to so many neighbours: the wished share, even if neighbours were short. */
  public int randomCount(int neighbours) {
    if (randomShare == 1) {
      return pairs.getAsInt();
    }
    int inShare = (int) Math.round(neighbours * randomShare / (1 - randomShare));
    return pairs.isEmpty() ? inShare : Math.min(inShare, pairs.getAsInt() - neighbours);
  }

  /** Random pairs to put into the pool that is sampled by density: as many as wanted in all. */
  public int densityPool() {
    return randomShare > 0 ? pairs.orElseThrow() : 0;
  }

  private int randomWish() {
    return (int) Math.round(pairs.getAsInt() * randomShare);
  }
}
