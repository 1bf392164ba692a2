package io.silverspark.udfs.columns;

import io.silverspark.model.data.TextPair;
import io.silverspark.model.encoder.PairPrediction;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * What became of a pair: a prediction or the reason why there is none.
 *
 * @param prediction null if the pair failed
 * @param failure null if it did not
 */
record ScoredOrFailed(PairPrediction prediction, String failure) {
  private static final int REASON_CHARACTERS = 500;

  /**
   * Scores pairs so that one which makes the model fail takes no other with it: a list that fails
   * is scored in halves, down to the pair that is to blame. An error of the JVM, such as no memory,
   * is nobody's and goes on.
   *
   * @return one element a pair, in order
   */
  static List<ScoredOrFailed> of(
      List<TextPair> pairs, Function<List<TextPair>, List<PairPrediction>> model) {
    List<ScoredOrFailed> result = new ArrayList<>(pairs.size());
    if (!pairs.isEmpty()) {
      add(pairs, model, result);
    }
    return result;
  }

  private static void add(
      List<TextPair> pairs,
      Function<List<TextPair>, List<PairPrediction>> model,
      List<ScoredOrFailed> result) {
    try {
      model.apply(pairs).forEach(prediction -> result.add(checked(prediction)));
    } catch (RuntimeException e) {
      if (pairs.size() == 1) {
        result.add(new ScoredOrFailed(null, reason(e)));
      } else {
        int half = pairs.size() / 2;
        add(pairs.subList(0, half), model, result);
        add(pairs.subList(half, pairs.size()), model, result);
      }
    }
  }

  private static ScoredOrFailed checked(PairPrediction prediction) {
    return Float.isNaN(prediction.score())
        ? new ScoredOrFailed(null, "the cross-encoder gives no number (NaN)")
        : new ScoredOrFailed(prediction, null);
  }

  private static String reason(RuntimeException failure) {
    String text = "the cross-encoder failed: " + failure;
    return text.length() <= REASON_CHARACTERS ? text : text.substring(0, REASON_CHARACTERS);
  }
}
