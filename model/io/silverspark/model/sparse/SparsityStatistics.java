package io.silverspark.model.sparse;

import java.util.List;

/**
 * How sparse vectors are, as {@code SparseEncoder.sparsity} and SparseInformationRetrievalEvaluator
 * of sentence-transformers tell it.
 *
 * @param activeDims mean number of active dimensions
 * @param sparsityRatio mean share of the dimensions that are not active
 * @param tokenShares [dimension], share of the vectors in which each is active
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record SparsityStatistics(double activeDims, double sparsityRatio, double[] tokenShares) {
  /**
   * Counts.
   *
   * @param vectors any number; without one all is 0, and the ratio 1
   * @param dimension size of the vocabulary
   */
  public static SparsityStatistics of(List<SparseVector> vectors, int dimension) {
    long[] active = new long[dimension];
    for (SparseVector vector : vectors) {
      for (int index : vector.indices()) {
        active[index]++;
      }
    }
    return ofCounts(active, vectors.size());
  }

  /**
   * From counts that were made elsewhere.
   *
   * @param active [dimension], number of the vectors in which each is active
   * @param vectors number of all vectors; without one all is 0, and the ratio 1
   */
  public static SparsityStatistics ofCounts(long[] active, long vectors) {
    double[] shares = new double[active.length];
    long sum = 0;
    for (int token = 0; token < active.length; token++) {
      sum += active[token];
      shares[token] = vectors == 0 ? 0 : (double) active[token] / vectors;
    }
    double mean = vectors == 0 ? 0 : (double) sum / vectors;
    return new SparsityStatistics(mean, 1 - mean / active.length, shares);
  }

  /**
   * What one query costs on one of these documents on average: the number of tokens that both have.
   *
   * @param documents statistics over the same dimensions
   * @return {@code avg_flops} of sentence-transformers
   */
  public double flops(SparsityStatistics documents) {
    double sum = 0;
    for (int token = 0; token < tokenShares.length; token++) {
      sum += tokenShares[token] * documents.tokenShares[token];
    }
    return sum;
  }
}
