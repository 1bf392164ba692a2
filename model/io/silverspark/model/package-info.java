/**
 * Encoders and their training in plain Java over PyTorch: no Spark, Delta, Hadoop or Scala.
 *
 * <p>Letters of shapes, everywhere: {@code batch} texts or examples, {@code tokens} of the longest
 * text of a batch, {@code hidden} width of the transformer, {@code width} of an embedding, {@code
 * heads} of the attention. Token ids are {@code [batch, tokens]}, hidden states {@code [batch,
 * tokens, hidden]}, embeddings {@code [batch, width]}, logits {@code [batch, classes]}. All are
 * float32 outside of the matrix products, whatever the {@link
 * io.silverspark.model.encoder.Precision}.
 *
 * <p>Six files to read first:
 *
 * <ol>
 *   <li>{@link io.silverspark.model.encoder.SentenceEncoder}: texts in, vectors out
 *   <li>{@code encoder/bert.torchscript}: the forward pass
 *   <li>{@link io.silverspark.model.loss.MultipleNegativesRankingLoss}: a loss is one file
 *   <li>{@link io.silverspark.model.training.TrainingPlan}: how long and how fast
 *   <li>{@link io.silverspark.model.training.Trainer}: the loop
 *   <li>{@code training/TrainingStep.java}: one step from top to bottom
 * </ol>
 */
package io.silverspark.model;
