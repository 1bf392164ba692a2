package io.silverspark.jobs.evaluate;

import io.silverspark.model.data.TextPair;
import io.silverspark.model.encoder.PairPrediction;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a cross-encoder says of pairs. */
final class PairPredictions {
  private final Map<TextPair, PairPrediction> byPair;

  /**
   * Puts pairs and predictions together.
   *
   * @param pairs distinct
   * @param predictions one a pair
   */
  PairPredictions(List<TextPair> pairs, List<PairPrediction> predictions) {
    byPair = new HashMap<>(2 * pairs.size());
    for (int i = 0; i < pairs.size(); i++) {
      byPair.put(pairs.get(i), predictions.get(i));
    }
  }

  /** Scores of some pairs, 0 to 1. */
  double[] scores(List<TextPair> pairs) {
    return pairs.stream().mapToDouble(pair -> byPair.get(pair).score()).toArray();
  }

  /** Classes of some pairs. */
  int[] labels(List<TextPair> pairs) {
    return pairs.stream().mapToInt(pair -> byPair.get(pair).label()).toArray();
  }
}
