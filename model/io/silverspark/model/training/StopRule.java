package io.silverspark.model.training;

import java.io.Serializable;
import java.util.OptionalDouble;

/**
 * When to stop because no better score came. As the {@code EarlyStoppingCallback} of Hugging Face
 * transformers: any higher score is the new best, but only one that is higher by more than the
 * threshold counts as a gain.
 *
 * @param patience stop after so many evaluations in a row without gain; 0: never
 * @param threshold what a score must add to the best before it to be a gain, 0 or more
 */
public record StopRule(int patience, double threshold) implements Serializable {
  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if a value is out of its range
   */
  public StopRule {
    if (patience < 0 || !(threshold >= 0)) {
      throw new IllegalArgumentException(
          "patience and threshold must be 0 or more, found %s and %s"
              .formatted(patience, threshold));
    }
  }

  /** Trains to the end. */
  public static StopRule never() {
    return new StopRule(0, 0);
  }

  /**
   * Stops after so many evaluations in a row that were not better than the best before.
   *
   * @param evaluations at least 1
   */
  public static StopRule patience(int evaluations) {
    return new StopRule(evaluations, 0);
  }

  /** Whether the score is the new best. */
  static boolean isBetter(double score, OptionalDouble best) {
    return !Double.isNaN(score) && (best.isEmpty() || score > best.getAsDouble());
  }

  /** Whether the score ends the waiting. */
  boolean isGain(double score, OptionalDouble best) {
    return isBetter(score, best) && (best.isEmpty() || score > best.getAsDouble() + threshold);
  }

  boolean stops(int evaluationsWithoutGain) {
    return patience > 0 && evaluationsWithoutGain >= patience;
  }
}
