/**
 * Training on texts without labels: TSDAE's denoising auto-encoder and masked language modelling.
 * SimCSE needs nothing of its own: it is MultipleNegativesRankingLoss on (text, text) with dropout.
 *
 * <p>The noise makes other inputs from the same texts in each epoch; the models that learn from it
 * are in {@code encoder}, the losses in {@code loss}.
 */
package io.silverspark.model.pretraining;
