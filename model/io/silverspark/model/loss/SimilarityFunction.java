package io.silverspark.model.loss;

import ai.djl.ndarray.NDArray;

/** Similarity of two embeddings, with gradients; larger is more similar. */
public enum SimilarityFunction {
  /** Cosine of the angle: -1 to 1. */
  COSINE {
    @Override
    NDArray pairwise(NDArray first, NDArray second) {
      return Cosine.pairwise(first, second);
    }

    @Override
    NDArray matrix(NDArray first, NDArray second) {
      return Cosine.matrix(first, second);
    }
  },

  /** Dot product; the cosine, where the model scales its embeddings to length 1. */
  DOT {
    @Override
    NDArray pairwise(NDArray first, NDArray second) {
      return first.mul(second).sum(new int[] {1});
    }

    @Override
    NDArray matrix(NDArray first, NDArray second) {
      return first.matMul(second.transpose());
    }
  };

  /** Row i with row i: [B, D] and [B, D] to [B]. */
  abstract NDArray pairwise(NDArray first, NDArray second);

  /** Every row with every row: [B, D] and [C, D] to [B, C]. */
  abstract NDArray matrix(NDArray first, NDArray second);
}
