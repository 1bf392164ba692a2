package io.silverspark.model.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/**
 * Reconstruction of a sentence from the embedding of its damaged copy: mean over the predicted
 * tokens of the batch of {@code -log p(token | tokens before it, embedding)}, in nats.
 *
 * <ul>
 *   <li>training set: damaged text, original text, see {@link
 *       io.silverspark.model.pretraining.TextCorruption}
 *   <li>the one column: negative log-likelihoods of all predicted tokens [M], made by {@link
 *       io.silverspark.model.encoder.DenoisingAutoEncoder}, which holds the decoder that
 *       sentence-transformers keeps in its loss of this name
 *   <li>no labels
 * </ul>
 *
 * <p>Needs nothing but sentences, 10,000 or more of the target domain. Usual values: 60 % of the
 * words deleted, batch 8, constant learning rate 3e-5, no weight decay.
 *
 * <p>Source: Wang, Reimers and Gurevych 2021, arXiv:2104.06979, section 3; mean over tokens, not
 * over sentences, as in sentence-transformers.
 */
public record DenoisingAutoEncoderLoss() implements SentenceLoss {
  @Override
  public LossInputs inputs() {
    return LossInputs.unlabelled(
        "DenoisingAutoEncoderLoss",
        2,
        2,
        "damaged sentence, original sentence",
        "make the set with TrainingSet.ofTexts and TextCorruption");
  }

  @Override
  public NDArray compute(NDList columns, NDArray labels) {
    return columns.get(0).mean();
  }
}
