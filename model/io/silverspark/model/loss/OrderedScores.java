package io.silverspark.model.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.types.Shape;

/** The sum over all wrongly or narrowly ordered pairs that CoSENT and AnglE share. */
final class OrderedScores {
  private OrderedScores() {}

  /**
   * {@code ln(1 + sum exp(s_i - s_j))} over all i, j with label i below label j.
   *
   * @param scores [B]
   * @param labels [B]
   * @return scalar
   */
  static NDArray loss(NDArray scores, NDArray labels) {
    NDArray differences = scores.expandDims(1).sub(scores.expandDims(0)); // [B, B]
    NDArray counts = labels.expandDims(1).lt(labels.expandDims(0));
    NDArray nothing = differences.zerosLike().sub(Double.POSITIVE_INFINITY);
    NDArray kept = NDArrays.where(counts, differences, nothing).reshape(-1);
    NDArray one = scores.getManager().zeros(new Shape(1), scores.getDataType()); // exp(0) = 1
    // ln sum exp(x) = x_0 - logSoftmax(x)_0, and x_0 is 0
    return one.concat(kept).logSoftmax(0).get(0).neg();
  }
}
