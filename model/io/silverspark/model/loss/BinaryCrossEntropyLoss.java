package io.silverspark.model.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Activation;

/**
 * Binary cross entropy of a cross-encoder with one logit, mean over the batch, in nats.
 *
 * <ul>
 *   <li>one column: logits [B, 1]
 *   <li>labels: a probability 0 to 1; soft labels (a 0-5 score divided by 5) are meant
 * </ul>
 *
 * <p>Computed as {@code softplus(x) - x * label}, which neither overflows nor loses its gradient.
 *
 * <p>Source: the default of sentence-transformers for {@code num_labels = 1}.
 */
public record BinaryCrossEntropyLoss() implements SentenceLoss {
  @Override
  public LossInputs inputs() {
    return LossInputs.scored(
        "BinaryCrossEntropyLoss",
        1,
        "logits of the pair",
        0,
        1,
        "scale scores to 0 to 1, or use MSELoss, which takes any score");
  }

  @Override
  public NDArray compute(NDList columns, NDArray labels) {
    NDArray logits = columns.get(0).reshape(-1); // [B]
    if (logits.size() != labels.size()) {
      throw new IllegalArgumentException(
          "one logit a pair is needed: logits %s, labels %s"
              .formatted(columns.get(0).getShape(), labels.getShape()));
    }
    return Activation.softPlus(logits).sub(logits.mul(labels)).mean();
  }
}
