package io.silverspark.model.loss;

/**
 * Which similarities of a batch compete with those of the pairs. A query is an anchor, a document a
 * positive or hard negative.
 */
public enum RankingDirection {
  /** Each query with all documents; always part of the loss. */
  QUERY_TO_DOC,
  /** Each query with the other queries. */
  QUERY_TO_QUERY,
  /** Each positive with all queries. */
  DOC_TO_QUERY,
  /** Each positive with the documents of other queries. */
  DOC_TO_DOC
}
