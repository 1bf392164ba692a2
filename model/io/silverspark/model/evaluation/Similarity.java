package io.silverspark.model.evaluation;

import java.util.Locale;

/**
 * How similar two embeddings are; larger is more similar, so distances are negated. Computed in
 * double precision.
 */
public enum Similarity {
  /** Cosine of the angle; 0 if either embedding is all zeros. */
  COSINE {
    @Override
    public double of(float[] first, float[] second) {
      // One root of the product, so that equal embeddings have exactly 1 and tie with each other.
      double norms = Math.sqrt(DOT.of(first, first) * DOT.of(second, second));
      return norms == 0 ? 0 : DOT.of(first, second) / norms;
    }
  },
  /** Inner product. */
  DOT {
    @Override
    public double of(float[] first, float[] second) {
      double sum = 0;
      for (int i = 0; i < first.length; i++) {
        sum += (double) first[i] * second[i];
      }
      return sum;
    }
  },
  /** Sum of absolute differences, negated. */
  MANHATTAN {
    @Override
    public double of(float[] first, float[] second) {
      double sum = 0;
      for (int i = 0; i < first.length; i++) {
        sum += Math.abs((double) first[i] - second[i]);
      }
      return -sum;
    }
  },
  /** Length of the difference, negated. */
  EUCLIDEAN {
    @Override
    public double of(float[] first, float[] second) {
      double sum = 0;
      for (int i = 0; i < first.length; i++) {
        double difference = (double) first[i] - second[i];
        sum += difference * difference;
      }
      return -Math.sqrt(sum);
    }
  };

  /**
   * The name that sentence-transformers has for it.
   *
   * @return such as {@code cosine}
   */
  public String functionName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Similarity of two embeddings of the same width. */
  public abstract double of(float[] first, float[] second);

  /**
   * Similarity of row i of one column with row i of the other.
   *
   * @throws IllegalArgumentException if the numbers of rows or the widths differ
   */
  public double[] ofRows(float[][] first, float[][] second) {
    EmbeddingRows.checkAligned("first texts", first, "second texts", second);
    double[] scores = new double[first.length];
    for (int row = 0; row < scores.length; row++) {
      scores[row] = of(first[row], second[row]);
    }
    return scores;
  }
}
