package io.silverspark.model.loss;

import ai.djl.ndarray.NDManager;

/** A loss whose settings are read and checked, to be made once its model is loaded. */
@FunctionalInterface
public interface LossRecipe {
  /**
   * What losses with parameters of their own need to know of the model.
   *
   * @param manager of the model; losses take sub-managers
   * @param dimension width of the embeddings; of a cross-encoder its outputs
   * @param layers of its transformer; 0 for a cross-encoder, none of whose losses asks
   * @param seed of fresh parameters
   */
  record Model(NDManager manager, int dimension, int layers, long seed) {}

  /** Makes the loss; the caller closes it. */
  SentenceLoss create(Model model);
}
