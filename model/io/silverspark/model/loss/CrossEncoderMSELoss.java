package io.silverspark.model.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/**
 * Distillation of scores into a cross-encoder (MSELoss): mean over the batch of {@code (logit -
 * label)^2}.
 *
 * <ul>
 *   <li>one column: logits [B, 1]
 *   <li>labels: the score of a teacher or of people, of any size
 * </ul>
 *
 * <p>Where the teacher's scores are probabilities, use the sigmoid.
 *
 * <p>Source: Hofstätter et al. 2020, arXiv:2010.02666, as in sentence-transformers.
 *
 * @param activation of the logits; default identity
 */
public record CrossEncoderMSELoss(LogitActivation activation) implements SentenceLoss {

  /** On the logits as they are. */
  public CrossEncoderMSELoss() {
    this(LogitActivation.IDENTITY);
  }

  @Override
  public LossInputs inputs() {
    return LossInputs.scored(
        "MSELoss",
        1,
        "logits of the pair",
        Double.NEGATIVE_INFINITY,
        Double.POSITIVE_INFINITY,
        "give pairs with a score");
  }

  @Override
  public NDArray compute(NDList columns, NDArray labels) {
    NDArray logits = columns.get(0).reshape(-1); // [B]
    return activation.apply(logits).sub(labels).square().mean();
  }
}
