package io.silverspark.model.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;

/** What happens to a cross-encoder's logits before a loss sees them. */
public enum LogitActivation {
  /** Nothing. */
  IDENTITY {
    @Override
    NDArray apply(NDArray logits) {
      return logits;
    }
  },
  /** To a probability. */
  SIGMOID {
    @Override
    NDArray apply(NDArray logits) {
      return Activation.sigmoid(logits);
    }
  };

  abstract NDArray apply(NDArray logits);
}
