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
 *
 * @param activation of the logits, before the sigmoid of the formula; default identity
 * @param posWeight how much the part of the label counts beside that of its absence, above 0; more
 *     than 1 where positives are rare; default 1
 */
public record BinaryCrossEntropyLoss(LogitActivation activation, double posWeight)
    implements SentenceLoss {

  /**
   * Checks the weight.
   *
   * @throws IllegalArgumentException if {@code posWeight} is not above 0
   */
  public BinaryCrossEntropyLoss {
    LossParameter.requirePositive("positive weight", posWeight);
  }

  /** With the defaults. */
  public BinaryCrossEntropyLoss() {
    this(LogitActivation.IDENTITY, 1);
  }

  static NamedCrossEncoderLoss.Recipe read(LossParameters p) {
    BinaryCrossEntropyLoss loss =
        new BinaryCrossEntropyLoss(
            p.activation(LogitActivation.IDENTITY), p.positive("posWeight", 1));
    return labels -> loss;
  }

  /** With the defaults as checkpoints of version 0.1.0 have it. */
  @Override
  public String description() {
    return equals(new BinaryCrossEntropyLoss()) ? "BinaryCrossEntropyLoss[]" : toString();
  }

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
    NDArray logits = activation.apply(columns.get(0).reshape(-1)); // [B]
    if (logits.size() != labels.size()) {
      throw new IllegalArgumentException(
          "one logit per pair is needed: logits %s, labels %s"
              .formatted(columns.get(0).getShape(), labels.getShape()));
    }
    NDArray losses = Activation.softPlus(logits).sub(logits.mul(labels));
    if (posWeight != 1) {
      losses = losses.add(Activation.softPlus(logits.neg()).mul(labels).mul(posWeight - 1));
    }
    return losses.mean();
  }
}
