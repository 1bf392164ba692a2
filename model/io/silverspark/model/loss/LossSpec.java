package io.silverspark.model.loss;

import java.io.Serializable;

/**
 * A loss by its name and parameters, before a model is open: it can be printed, compared and sent
 * to another process. Implementations have checked their parameters when a training begins.
 */
public interface LossSpec extends Serializable {
  /** The name in sentence-transformers; of one that wraps another with the loss inside. */
  String title();

  /** How its batches are put together. */
  NamedLoss.Batching batching();

  /**
   * Makes the loss; the caller closes it.
   *
   * @throws io.silverspark.model.error.UserException if a parameter is not allowed or does not fit
   *     the model
   */
  SentenceLoss create(LossRecipe.Model model);
}
