package io.silverspark.model.training;

import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * When a score counts as better, and when to stop because none came.
 *
 * @param patience stop after so many evaluations without gain, at least 1; empty: never
 * @param minimumGain what a score must add to the best to be better, 0 or more
 */
public record StopRule(OptionalInt patience, double minimumGain) {
  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if a value is out of its range
   */
  public StopRule {
    if (patience.orElse(1) < 1 || !(minimumGain >= 0)) {
      throw new IllegalArgumentException(
          "patience must be 1 or more and minimumGain 0 or more, found %s and %s"
              .formatted(patience, minimumGain));
    }
  }

  /** Trains to the end; any higher score is better. */
  public static StopRule never() {
    return new StopRule(OptionalInt.empty(), 0);
  }

  /**
   * Stops after so many evaluations in a row that were not better than the best before.
   *
   * @param evaluations at least 1
   */
  public static StopRule patience(int evaluations) {
    return new StopRule(OptionalInt.of(evaluations), 0);
  }

  boolean isGain(double score, OptionalDouble best) {
    return !Double.isNaN(score) && (best.isEmpty() || score > best.getAsDouble() + minimumGain);
  }

  boolean stops(int evaluationsWithoutGain) {
    return patience.isPresent() && evaluationsWithoutGain >= patience.getAsInt();
  }
}
