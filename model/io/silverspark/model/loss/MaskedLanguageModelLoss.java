package io.silverspark.model.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/**
 * Prediction of masked tokens: mean over the masked tokens of the batch of {@code -log p(token |
 * all others)}, in nats.
 *
 * <ul>
 *   <li>training set: masked text, ids to predict, see {@link
 *       io.silverspark.model.pretraining.TokenMasking}
 *   <li>the one column: negative log-likelihoods of all masked tokens [M], made by {@link
 *       io.silverspark.model.encoder.MaskedLanguageModel}
 *   <li>no labels
 * </ul>
 *
 * <p>Adapts the token vectors to a domain; it does not make sentence vectors better by itself, so
 * supervised training has to follow.
 *
 * <p>Source: Devlin et al. 2018, arXiv:1810.04805, section 3.1; adaptive pre-training: Gururangan
 * et al. 2020, arXiv:2004.10964.
 */
public record MaskedLanguageModelLoss() implements SentenceLoss {
  @Override
  public LossInputs inputs() {
    return LossInputs.unlabelled(
        "MaskedLanguageModelLoss",
        2,
        2,
        "masked text, ids to predict",
        "make the set with TrainingSet.ofTexts and TokenMasking");
  }

  @Override
  public NDArray compute(NDList columns, NDArray labels) {
    return columns.get(0).mean();
  }
}
