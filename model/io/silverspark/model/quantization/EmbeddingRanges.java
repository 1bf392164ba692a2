package io.silverspark.model.quantization;

import io.silverspark.model.error.UserException;
import java.io.Serializable;
import java.util.Arrays;

/**
 * Smallest and largest value of each component, which the 256 steps of {@code int8} and {@code
 * uint8} divide. Vectors are only comparable if they were quantised with the same ranges.
 *
 * @param minimum [D], finite
 * @param maximum [D], finite, nowhere below the minimum
 */
public record EmbeddingRanges(float[] minimum, float[] maximum) implements Serializable {
  /**
   * Copies and checks the numbers.
   *
   * @throws IllegalArgumentException if widths differ or are 0, or a component has no range
   */
  public EmbeddingRanges {
    if (minimum.length != maximum.length || minimum.length == 0) {
      throw new IllegalArgumentException(
          "ranges need as many minima as maxima, at least 1; found %d and %d"
              .formatted(minimum.length, maximum.length));
    }
    for (int i = 0; i < minimum.length; i++) {
      if (!Float.isFinite(minimum[i]) || !Float.isFinite(maximum[i]) || minimum[i] > maximum[i]) {
        throw new IllegalArgumentException(
            "component %d has the range %s to %s; needs two finite numbers in ascending order"
                .formatted(i, minimum[i], maximum[i]));
      }
    }
    minimum = minimum.clone();
    maximum = maximum.clone();
  }

  /**
   * The ranges that some embeddings have. The more there are, the fewer later ones lie outside.
   *
   * @param embeddings [N, D], N at least 1
   * @throws IllegalArgumentException if there are none, widths differ or a component is not finite
   */
  public static EmbeddingRanges of(float[][] embeddings) {
    if (embeddings.length == 0) {
      throw new IllegalArgumentException("ranges need at least 1 embedding, found none");
    }
    float[] minimum = embeddings[0].clone();
    float[] maximum = embeddings[0].clone();
    for (float[] embedding : embeddings) {
      requireWidth(embedding.length, minimum.length);
      for (int i = 0; i < minimum.length; i++) {
        minimum[i] = Math.min(minimum[i], embedding[i]); // NaN stays, and is refused
        maximum[i] = Math.max(maximum[i], embedding[i]);
      }
    }
    return new EmbeddingRanges(minimum, maximum);
  }

  static void requireWidth(int found, int width) {
    if (found != width) {
      throw new UserException(
          "an embedding has %d components, the ranges have %d: they are of another model"
              .formatted(found, width));
    }
  }

  /** How many components there are. */
  public int width() {
    return minimum.length;
  }

  /**
   * The smallest values.
   *
   * @return [D], a copy
   */
  @Override
  public float[] minimum() {
    return minimum.clone();
  }

  /**
   * The largest values.
   *
   * @return [D], a copy
   */
  @Override
  public float[] maximum() {
    return maximum.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof EmbeddingRanges ranges
        && Arrays.equals(minimum, ranges.minimum)
        && Arrays.equals(maximum, ranges.maximum);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(minimum) + Arrays.hashCode(maximum);
  }

  @Override
  public String toString() {
    return "EmbeddingRanges[width=" + width() + "]";
  }
}
