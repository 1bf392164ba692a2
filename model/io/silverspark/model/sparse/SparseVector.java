package io.silverspark.model.sparse;

import io.silverspark.model.evaluation.Similarity;
import java.io.Serializable;
import java.util.Arrays;

/**
 * A vector by its active dimensions, those whose component is not 0.
 *
 * @param indices of the active dimensions, rising; ids of tokens
 * @param values their components, as many
 */
@SuppressWarnings("ArrayRecordComponent") // equals and hashCode below
public record SparseVector(int[] indices, float[] values) implements Serializable {
  /**
   * Checks the arrays; they are not copied.
   *
   * @throws IllegalArgumentException if they differ in length, or indices are negative or do not
   *     rise
   */
  public SparseVector {
    if (indices.length != values.length) {
      throw new IllegalArgumentException(
          "%d indices have %d values".formatted(indices.length, values.length));
    }
    for (int i = 0; i < indices.length; i++) {
      if (indices[i] < 0 || (i > 0 && indices[i] <= indices[i - 1])) {
        throw new IllegalArgumentException(
            "index %d at place %d, expected rising indices from 0".formatted(indices[i], i));
      }
    }
  }

  /** Number of active dimensions. */
  public int active() {
    return indices.length;
  }

  /**
   * Similarity with another vector over the same dimensions; distances are negated. Computed in
   * double precision.
   *
   * @param similarity of the model
   * @param other any vector
   * @return larger is more similar; by the cosine 0 if either vector has no active dimension
   */
  public double similarity(Similarity similarity, SparseVector other) {
    return switch (similarity) {
      case DOT -> dot(other);
      case COSINE -> {
        double norms = Math.sqrt(dot(this) * other.dot(other));
        yield norms == 0 ? 0 : dot(other) / norms;
      }
      case EUCLIDEAN -> -Math.sqrt(differences(other, true));
      case MANHATTAN -> -differences(other, false);
    };
  }

  private double dot(SparseVector other) {
    double sum = 0;
    int j = 0;
    for (int i = 0; i < indices.length; i++) {
      while (j < other.indices.length && other.indices[j] < indices[i]) {
        j++;
      }
      if (j < other.indices.length && other.indices[j] == indices[i]) {
        sum += (double) values[i] * other.values[j];
      }
    }
    return sum;
  }

  private double differences(SparseVector other, boolean squared) {
    double sum = 0;
    int i = 0;
    int j = 0;
    while (i < indices.length || j < other.indices.length) {
      int mine = i < indices.length ? indices[i] : Integer.MAX_VALUE;
      int theirs = j < other.indices.length ? other.indices[j] : Integer.MAX_VALUE;
      double difference =
          (mine <= theirs ? values[i++] : 0.0) - (theirs <= mine ? other.values[j++] : 0.0);
      sum += squared ? difference * difference : Math.abs(difference);
    }
    return sum;
  }

  /** The same direction with length 1; a vector without active dimensions stays. */
  public SparseVector normalized() {
    float norm = (float) Math.sqrt(dot(this));
    float[] scaled = values.clone();
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] /= norm;
    }
    return new SparseVector(indices, scaled);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SparseVector vector
        && Arrays.equals(indices, vector.indices)
        && Arrays.equals(values, vector.values);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(indices) + Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return "SparseVector" + Arrays.toString(indices) + Arrays.toString(values);
  }
}
