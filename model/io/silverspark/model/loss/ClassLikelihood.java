package io.silverspark.model.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;

/** The mean negative log-likelihood of a class under a softmax. */
final class ClassLikelihood {
  private ClassLikelihood() {}

  /**
   * Cross entropy, in nats.
   *
   * @param scores [B, C], unnormalised
   * @param classes [B], whole numbers from 0 to C - 1 of any type
   * @return scalar mean over B
   */
  static NDArray meanNegative(NDArray scores, NDArray classes) {
    NDArray index = classes.toType(DataType.INT64, true);
    index.attach(scores.getManager());
    NDArray column = index.expandDims(1); // [B, 1]
    return scores.logSoftmax(1).gather(column, 1).mean().neg();
  }
}
