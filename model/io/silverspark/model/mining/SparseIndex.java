package io.silverspark.model.mining;

import io.silverspark.model.error.UserException;
import io.silverspark.model.evaluation.Similarity;
import io.silverspark.model.sparse.SparseVector;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;

/**
 * Exact search in sparse vectors: for each token the list of the vectors that have it, with their
 * components. A query reads the lists of its own tokens only. Sums are in double precision in the
 * order of the tokens, so that scores do not depend on how a corpus is cut into parts. Safe to
 * share between threads.
 *
 * <p>Memory: 8 bytes for each active dimension of a vector, 4 for each token; a search takes 8
 * bytes for each vector.
 */
public final class SparseIndex implements Serializable {
  private final long[] ids;
  private final boolean cosine;
  private final int[] ends; // of the list of each token
  private final int[] rows;
  private final float[] components;

  private SparseIndex(long[] ids, boolean cosine, int[] ends, int[] rows, float[] components) {
    this.ids = ids;
    this.cosine = cosine;
    this.ends = ends;
    this.rows = rows;
    this.components = components;
  }

  /**
   * Indexes vectors.
   *
   * @param ids [rows], distinct
   * @param vectors as many
   * @param similarity dot or cosine
   * @throws UserException if the similarity is a distance, by which texts without a common token
   *     differ too
   */
  public static SparseIndex of(long[] ids, List<SparseVector> vectors, Similarity similarity) {
    if (similarity != Similarity.DOT && similarity != Similarity.COSINE) {
      throw new UserException(
          "sparse vectors are searched by dot or cosine, found similarity '%s'"
              .formatted(similarity.functionName()));
    }
    boolean cosine = similarity == Similarity.COSINE;
    int tokens = 0;
    long active = 0;
    for (SparseVector vector : vectors) {
      active += vector.active();
      if (vector.active() > 0) {
        tokens = Math.max(tokens, vector.indices()[vector.active() - 1] + 1);
      }
    }
    int[] next = new int[tokens + 1]; // where the next entry of a list goes
    for (SparseVector vector : vectors) {
      for (int index : vector.indices()) {
        next[index + 1]++;
      }
    }
    Arrays.parallelPrefix(next, Integer::sum);
    int[] rows = new int[Math.toIntExact(active)];
    float[] components = new float[rows.length];
    for (int row = 0; row < ids.length; row++) {
      SparseVector vector = cosine ? vectors.get(row).normalized() : vectors.get(row);
      for (int i = 0; i < vector.active(); i++) {
        int place = next[vector.indices()[i]]++;
        rows[place] = row;
        components[place] = vector.values()[i];
      }
    }
    return new SparseIndex(ids.clone(), cosine, next, rows, components);
  }

  /**
   * Offers the vectors that have a token in common with a query.
   *
   * @param query any vector
   * @param best changed
   */
  public void search(SparseVector query, TopK best) {
    search(query, false, 0, best);
  }

  /**
   * The same without one of them.
   *
   * @param query any vector
   * @param excludeSelf whether the vector of {@code ownId} is left out
   * @param ownId the query's own id
   * @param best changed
   */
  public void search(SparseVector query, boolean excludeSelf, long ownId, TopK best) {
    SparseVector scaled = cosine ? query.normalized() : query;
    double[] scores = new double[ids.length];
    for (int i = 0; i < scaled.active() && scaled.indices()[i] < ends.length - 1; i++) {
      int token = scaled.indices()[i];
      for (int at = token == 0 ? 0 : ends[token - 1]; at < ends[token]; at++) {
        scores[rows[at]] += (double) scaled.values()[i] * components[at];
      }
    }
    for (int row = 0; row < scores.length; row++) {
      if (scores[row] != 0 && !(excludeSelf && ids[row] == ownId)) {
        best.offer(ids[row], (float) scores[row]);
      }
    }
  }
}
