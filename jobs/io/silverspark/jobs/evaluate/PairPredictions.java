package io.silverspark.jobs.evaluate;

import io.silverspark.model.data.NliLabel;
import io.silverspark.model.data.TextPair;
import io.silverspark.model.encoder.PairPrediction;
import io.silverspark.model.files.ClassNames;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** What a cross-encoder says of pairs. */
final class PairPredictions {
  private final Map<TextPair, PairPrediction> byPair;
  private final ClassNames classes;
  private final OptionalInt match;

  /**
   * Puts pairs and predictions together.
   *
   * @param pairs distinct
   * @param predictions one per pair
   * @param classes of the model
   * @param match the class that is a match; empty for a model that gives a score
   */
  PairPredictions(
      List<TextPair> pairs,
      List<PairPrediction> predictions,
      ClassNames classes,
      OptionalInt match) {
    this.classes = classes;
    this.match = match;
    byPair = new HashMap<>(2 * pairs.size());
    for (int i = 0; i < pairs.size(); i++) {
      byPair.put(pairs.get(i), predictions.get(i));
    }
  }

  /** Scores of some pairs, 0 to 1. */
  double[] scores(List<TextPair> pairs) {
    return pairs.stream().mapToDouble(pair -> byPair.get(pair).score()).toArray();
  }

  /**
   * The classes that the model should have given, by its own numbers: match or not for a model with
   * two classes, the NLI class for one that has all three.
   *
   * @param labels numbers of {@link NliLabel}
   * @return empty if the model has no classes, or others
   */
  Optional<int[]> expected(int[] labels) {
    if (classes.count() == 2 && match.isPresent()) {
      int yes = match.getAsInt();
      int entailment = NliLabel.ENTAILMENT.number();
      return Optional.of(
          Arrays.stream(labels).map(label -> label == entailment ? yes : 1 - yes).toArray());
    }
    return classes
        .nliLabels()
        .map(
            own ->
                Arrays.stream(labels)
                    .map(label -> own.indexOf(NliLabel.values()[label]))
                    .toArray());
  }

  /** Classes of some pairs, by the model's own numbers. */
  int[] labels(List<TextPair> pairs) {
    return pairs.stream().mapToInt(pair -> byPair.get(pair).label()).toArray();
  }
}
