package io.silverspark.model.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

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
   * @param labels [B] float32, or [B, W] where an example has several, or null when {@link
   *     #inputs()} asks for none
   * @return a scalar attached to the manager of the first column; the caller closes that manager
   */
  NDArray compute(NDList columns, NDArray labels);

  /**
   * Earlier hidden states of the model whose embeddings the loss takes beside the last one's, in
   * the same row: 0 is the output of the embedding tables, 1 that of the first layer.
   *
   * @return none for most losses; see {@link AdaptiveLayerLoss}
   */
  default List<Integer> layers() {
    return List.of();
  }

  /**
   * The loss of one batch, for losses that draw something for each.
   *
   * @param seed the same on all ranks and when a run goes on from a checkpoint
   * @return this loss, or one that shares its parameters and is not closed
   */
  default SentenceLoss ofStep(long seed) {
    return this;
  }

  /**
   * The loss of one step, for losses that change in the course of a training.
   *
   * @param step from 0
   * @param steps of the whole training, at least 1
   * @return this loss, or one that shares its parameters and is not closed
   */
  default SentenceLoss atStep(long step, long steps) {
    return this;
  }

  /**
   * Number of texts that go through the model at once, where the loss bounds it: the batch is then
   * embedded twice, first without recording gradients, then with, in mini-batches of this size
   * (GradCache, Gao et al. 2021, arXiv:2101.06983). Loss and gradient stay the same; memory grows
   * with the mini-batch and no longer with the batch.
   */
  default OptionalInt miniBatchSize() {
    return OptionalInt.empty();
  }

  /**
   * The parameters that are trained with the model, by name; they stay owned by the loss. Names
   * that end in {@code bias} are not decayed.
   */
  default Map<String, NDArray> parameters() {
    return Map.of();
  }

  /** Kind and settings in one line; a checkpoint keeps it to tell one run from another. */
  default String description() {
    return toString();
  }

  /** Frees the parameters. */
  @Override
  default void close() {}
}
