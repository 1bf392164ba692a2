/**
 * Columns computed by a model, a batch of rows at a time: {@link
 * io.silverspark.udfs.columns.TextEmbedding} and {@link io.silverspark.udfs.columns.PairScoring}.
 */
package io.silverspark.udfs.columns;
