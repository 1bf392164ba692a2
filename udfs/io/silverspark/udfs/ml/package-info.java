/**
 * Models as stages of Spark ML pipelines: {@link io.silverspark.udfs.ml.SentenceEmbedder}, {@link
 * io.silverspark.udfs.ml.PairScorer} and {@link io.silverspark.udfs.ml.BiEncoderTrainer}, with
 * params, schema checks and save and load.
 *
 * <p>The stages move rows and params; encoding is {@link
 * io.silverspark.udfs.columns.TextEmbedding}'s, scoring {@link
 * io.silverspark.udfs.columns.PairScoring}'s and training that of {@code
 * io.silverspark.model.training}.
 */
package io.silverspark.udfs.ml;
