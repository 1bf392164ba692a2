package io.silverspark.model.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.Map;

/**
 * What training minimises: a scalar over the embeddings of the text columns of one batch.
 *
 * <p>A cross-encoder's logits are one column. Implementations keep no state but their parameters,
 * and leave their inputs as they are.
 */
public interface SentenceLoss extends AutoCloseable {
  /** What the loss needs from the data; checked once before training starts. */
  LossInputs inputs();

  /**
   * The loss of one batch.
   *
   * @param columns one array [B, D] per text column, in the order of the training set; any norm
   *     unless the loss says otherwise
   * @param labels [B] float32, or null when {@link #inputs()} asks for none
   * @return a scalar attached to the manager of the first column; the caller closes that manager
   */
  NDArray compute(NDList columns, NDArray labels);

  /**
   * The parameters that are trained with the model, by name; they stay owned by the loss. Names
   * that end in {@code bias} are not decayed.
   */
  default Map<String, NDArray> parameters() {
    return Map.of();
  }

  /** Frees the parameters. */
  @Override
  default void close() {}
}
