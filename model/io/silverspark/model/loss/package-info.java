/**
 * Training objectives over pooled embeddings or cross-encoder logits, one file each.
 *
 * <p>Shapes: B examples of the batch, D embedding width, C candidates, L labels. Every operation
 * starts from the batch's arrays, so that each intermediate result belongs to the batch's {@link
 * ai.djl.ndarray.NDManager} and is freed with it; parameters of a loss are never the first operand.
 */
package io.silverspark.model.loss;
