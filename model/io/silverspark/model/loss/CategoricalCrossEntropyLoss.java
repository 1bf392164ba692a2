package io.silverspark.model.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/**
 * Softmax cross entropy of a cross-encoder with several logits, mean over the batch, in nats.
 *
 * <ul>
 *   <li>one column: logits [B, L]
 *   <li>labels: class 0 to L - 1
 * </ul>
 *
 * <p>Source: the default of sentence-transformers for {@code num_labels > 1}.
 *
 * @param classes number of classes L, at least 2
 * @param activation of the logits, before the softmax; default identity
 */
public record CategoricalCrossEntropyLoss(int classes, LogitActivation activation)
    implements SentenceLoss {
  /**
   * Checks the number of classes.
   *
   * @throws IllegalArgumentException if {@code classes} is below 2
   */
  public CategoricalCrossEntropyLoss {
    if (classes < 2) {
      throw new IllegalArgumentException("a softmax needs 2 classes or more, found " + classes);
    }
  }

  /**
   * On the logits as they are.
   *
   * @throws IllegalArgumentException if {@code classes} is below 2
   */
  public CategoricalCrossEntropyLoss(int classes) {
    this(classes, LogitActivation.IDENTITY);
  }

  static NamedCrossEncoderLoss.Recipe read(LossParameters p) {
    LogitActivation activation = p.activation(LogitActivation.IDENTITY);
    return classes -> new CategoricalCrossEntropyLoss(classes, activation);
  }

  /** With the default as checkpoints of version 0.1.0 have it. */
  @Override
  public String description() {
    return activation == LogitActivation.IDENTITY
        ? "CategoricalCrossEntropyLoss[classes=" + classes + "]"
        : toString();
  }

  @Override
  public LossInputs inputs() {
    return LossInputs.classified(
        "CategoricalCrossEntropyLoss",
        1,
        "logits of the pair",
        classes,
        "give the cross-encoder as many outputs as there are classes, or one output for scores");
  }

  @Override
  public NDArray compute(NDList columns, NDArray labels) {
    return ClassLikelihood.meanNegative(activation.apply(columns.get(0)), labels);
  }
}
