/**
 * Finds training examples by similarity: hard negatives for labelled pairs, and new unlabelled
 * pairs for a cross-encoder to score.
 *
 * <p>Everything here is arithmetic on vectors and ids, without text, models or Spark, so that the
 * same rules serve one JVM and a cluster. Shapes: Q queries, C corpus rows, D width. Similarity is
 * higher for closer vectors. Results do not depend on the order in which blocks are visited: equal
 * scores are ordered by ascending id everywhere.
 */
package io.silverspark.model.mining;
