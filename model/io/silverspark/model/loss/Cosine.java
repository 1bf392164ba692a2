package io.silverspark.model.loss;

import ai.djl.ndarray.NDArray;

/** Cosine similarity with gradients; a zero vector has similarity 0 with everything. */
final class Cosine {
  /** As torch.nn.functional.normalize. */
  private static final double EPSILON = 1e-12;

  private Cosine() {}

  /** Rows scaled to length 1: [N, D] to [N, D]. */
  static NDArray unitRows(NDArray rows) {
    return rows.div(rows.norm(new int[] {1}, true).maximum(EPSILON));
  }

  /** Similarity of row i with row i: [B, D] and [B, D] to [B]. */
  static NDArray pairwise(NDArray first, NDArray second) {
    return unitRows(first).mul(unitRows(second)).sum(new int[] {1});
  }

  /** Similarity of every row with every row: [B, D] and [C, D] to [B, C]. */
  static NDArray matrix(NDArray first, NDArray second) {
    return unitRows(first).matMul(unitRows(second).transpose());
  }
}
