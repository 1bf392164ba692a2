package io.silverspark.model.evaluation;

/**
 * Correlation with gold under each similarity. For normalised embeddings cosine and dot agree, and
 * Spearman agrees between cosine, dot and Euclidean, up to rounding.
 *
 * @param cosine the one to report: MTEB's main score is its Spearman
 */
public record SimilarityScores(
    Correlation cosine, Correlation dot, Correlation manhattan, Correlation euclidean) {}
