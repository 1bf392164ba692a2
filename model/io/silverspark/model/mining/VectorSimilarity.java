package io.silverspark.model.mining;

import io.silverspark.model.evaluation.Similarity;
import java.util.Locale;

/** How two vectors are compared; larger is more similar, so distances are negated. */
public enum VectorSimilarity {
  /** Dot product of the L2-normalised vectors, -1 to 1; a zero vector scores 0 with everything. */
  COSINE,
  /** Dot product as given. */
  DOT,
  /** Length of the difference, negated. */
  EUCLIDEAN,
  /** Sum of absolute differences, negated. */
  MANHATTAN;

  /** Below this norm a vector counts as zero, as in torch.nn.functional.normalize. */
  private static final double SMALLEST_NORM = 1e-12;

  /**
   * The one that a model's {@code similarity_fn_name} says.
   *
   * @param similarity of the model
   */
  public static VectorSimilarity of(Similarity similarity) {
    return switch (similarity) {
      case COSINE -> COSINE;
      case DOT -> DOT;
      case EUCLIDEAN -> EUCLIDEAN;
      case MANHATTAN -> MANHATTAN;
    };
  }

  /** The same as models name it; the inverse of {@link #of}. */
  public Similarity ofModels() {
    return Similarity.valueOf(name());
  }

  /**
   * The name that sentence-transformers has for it.
   *
   * @return such as {@code cosine}
   */
  public String functionName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether {@link #copyPrepared prepared} vectors are compared by their dot product. */
  boolean isProduct() {
    return this == COSINE || this == DOT;
  }

  /**
   * Copies a vector, normalised for {@link #COSINE}.
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
   * The vector scaled to length 1.
   *
   * @param vector [D], left unchanged
   * @return [D]; zeros stay zeros
   * @throws IllegalArgumentException if a component is NaN or infinite
   */
  public static float[] unit(float[] vector) {
    return COSINE.prepared(vector);
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
    return betweenPrepared(prepared(first), prepared(second));
  }

  /** The copy of a vector that {@link #betweenPrepared} compares. */
  float[] prepared(float[] vector) {
    float[] copy = new float[vector.length];
    copyPrepared(vector, copy, 0);
    return copy;
  }

  /** Similarity of two prepared vectors: a plain sum, in order. */
  float betweenPrepared(float[] left, float[] right) {
    float sum = 0;
    for (int i = 0; i < left.length; i++) {
      sum += term(left[i], right[i]);
    }
    return ofSum(sum);
  }

  /** What one component adds to the sum. */
  float term(float left, float right) {
    float difference = left - right;
    return switch (this) {
      case COSINE, DOT -> left * right;
      case EUCLIDEAN -> difference * difference;
      case MANHATTAN -> Math.abs(difference);
    };
  }

  /** The similarity that a sum of all terms means. */
  float ofSum(float sum) {
    return switch (this) {
      case COSINE, DOT -> sum;
      case EUCLIDEAN -> (float) -Math.sqrt(sum);
      case MANHATTAN -> -sum;
    };
  }
}
