package io.silverspark.model.sampling;

import io.silverspark.model.data.ScoredPair;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Makes the training pairs of contrastive tension from sentences without labels. */
public final class TensionPairs {
  /** One pair in eight holds the same sentence twice, as in the paper. */
  public static final int DEFAULT_RATIO = 8;

  private TensionPairs() {}

  /**
   * For each sentence either a pair with itself or with another sentence.
   *
   * @param sentences two or more, all different
   * @param ratio every so many pairs one is of the same sentence, at least 2
   * @param seed of the choice
   * @return pairs with score 1 (the same sentence) or 0, in random order
   * @throws IllegalArgumentException if there are fewer than 2 sentences or the ratio is below 2
   */
  public static List<ScoredPair> of(List<String> sentences, int ratio, long seed) {
    if (sentences.size() < 2 || ratio < 2) {
      throw new IllegalArgumentException(
          "tension pairs need 2 sentences and a ratio of 2 or more, found %d and %d"
              .formatted(sentences.size(), ratio));
    }
    SplittableRandom random = new SplittableRandom(seed);
    int[] order = Permutation.of(sentences.size(), random);
    List<ScoredPair> pairs = new ArrayList<>(order.length);
    for (int i = 0; i < order.length; i++) {
      int shift = 1 + random.nextInt(order.length - 1);
      int other = i % ratio == 0 ? order[i] : order[(i + shift) % order.length];
      pairs.add(
          new ScoredPair(sentences.get(order[i]), sentences.get(other), i % ratio == 0 ? 1f : 0f));
    }
    return pairs;
  }
}
