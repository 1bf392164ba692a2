package io.silverspark.model.encoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Map;

/**
 * An encoder with a language model on top, which learns by predicting tokens: what training without
 * labels needs. The language model is thrown away afterwards; the encoder stays.
 */
public interface TokenPredictor extends AutoCloseable {
  /**
   * The encoder's manager, whose sub-managers hold training batches.
   *
   * @return owned by the encoder
   */
  NDManager manager();

  /** The encoder's number format of the matrix products. */
  Precision precision();

  /**
   * The trainable weights: the encoder's, then those of the language model.
   *
   * @return by Hugging Face name, unmodifiable
   */
  Map<String, NDArray> parameters();

  /** Tells that the weights were changed in place. */
  void parametersChanged();

  /**
   * Negative log-likelihoods of the tokens that each pass asks for, with dropout, recording
   * gradients for {@link #parameters()}.
   *
   * @param scope owns the result
   * @param passes texts that are padded to one length and run together, of one training step
   * @return for each pass that asks for any, one number per predicted token [M], in nats
   */
  NDList likelihoodsRecorded(NDManager scope, List<PredictionPass> passes);

  /** Gradient checkpointing of the encoder's layers; a decoder's are recorded as always. */
  RecomputedLayers recomputed();

  /** Frees the language model; the encoder stays open. */
  @Override
  void close();
}
