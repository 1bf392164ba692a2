/**
 * Encoders: token ids in, sentence vectors or pair logits out. Letters in shapes: {@code batch}
 * texts, {@code tokens} of the longest text of a batch, {@code hidden} width of the model.
 */
package io.silverspark.model.encoder;
