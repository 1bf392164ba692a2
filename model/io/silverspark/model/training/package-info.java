/**
 * The training loop and its parts: plan, schedule, clipping, optimizer, checkpoints, events.
 *
 * <p>One {@code Trainer} serves the bi-encoder and the cross-encoder: both turn columns of
 * tokenised texts into one array [B, D] per column, and a {@link
 * io.silverspark.model.loss.SentenceLoss} turns those into a scalar.
 */
package io.silverspark.model.training;
