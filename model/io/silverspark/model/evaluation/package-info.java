/**
 * How good a model is: rank correlation on scored pairs, classification of pairs and of texts,
 * triplet accuracy, retrieval and reranking, and bootstrap intervals around each of them. The
 * evaluators have the names of sentence-transformers and give its numbers.
 *
 * <p>Plain Java over embeddings ({@code float[rows][width]}) and scores ({@code double[rows]}); no
 * native memory, no Spark. Everything random takes a seed. Every class is immutable or confined to
 * one call, so all may be shared between threads.
 *
 * <p>Array lengths that do not fit each other are programming errors and raise {@link
 * IllegalArgumentException} with both lengths in the message.
 */
package io.silverspark.model.evaluation;
