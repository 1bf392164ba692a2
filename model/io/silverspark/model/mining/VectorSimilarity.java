package io.silverspark.model.mining;

/** How two vectors are compared. */
public enum VectorSimilarity {
  /** Dot product of the L2-normalised vectors, -1 to 1; a zero vector scores 0 with everything. */
  COSINE,
  /** Dot product as given. */
  DOT;

  /** Below this norm a vector counts as zero, as in torch.nn.functional.normalize. */
  private static final double SMALLEST_NORM = 1e-12;

  /**
   * Copies a vector, normalised for {@link #COSINE}, so that a plain dot product is the similarity.
   *
   * @param vector [D], left unchanged
   * @param target where the copy goes
   * @param offset its first position there
   * @throws IllegalArgumentException if a component is NaN or infinite
   */
  void copyPrepared(float[] vector, float[] target, int offset) {
    double sumOfSquares = 0;
    for (float component : vector) {
      sumOfSquares += (double) component * component;
    }
    if (!Double.isFinite(sumOfSquares)) {
      throw new IllegalArgumentException("a vector has a component that is NaN or infinite");
    }
    double scale = this == COSINE ? 1 / Math.max(Math.sqrt(sumOfSquares), SMALLEST_NORM) : 1;
    for (int i = 0; i < vector.length; i++) {
      target[offset + i] = (float) (vector[i] * scale);
    }
  }

  /**
   * Similarity of two vectors; bitwise the score that {@link BlockedSimilarity} gives the pair.
   *
   * @param first [D]
   * @param second [D]
   * @throws IllegalArgumentException if the widths differ or a component is not finite
   */
  public float between(float[] first, float[] second) {
    if (first.length != second.length) {
      throw new IllegalArgumentException(
          "vectors have widths " + first.length + " and " + second.length);
    }
    float[] left = new float[first.length];
    float[] right = new float[second.length];
    copyPrepared(first, left, 0);
    copyPrepared(second, right, 0);
    return dot(left, right);
  }

  /** The copy of a vector whose plain dot products are the similarity. */
  float[] prepared(float[] vector) {
    float[] copy = new float[vector.length];
    copyPrepared(vector, copy, 0);
    return copy;
  }

  /** The plain sum, in order. */
  static float dot(float[] left, float[] right) {
    float sum = 0;
    for (int i = 0; i < left.length; i++) {
      sum += left[i] * right[i];
    }
    return sum;
  }
}
