package io.silverspark.model.loss;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * Settings of {@link MultipleNegativesRankingLoss}, with the defaults of sentence-transformers.
 *
 * @param scale inverse temperature, unitless, above 0; default 20, which is a temperature of 0.05
 * @param similarity of a query and a document; default cosine. With the dot product, scale 1 is
 *     usual
 * @param directions what competes with the pairs, {@link Direction#QUERY_TO_DOC} among them;
 *     default that alone
 * @param partition how several directions are normalised; default jointly
 * @param hardness weighting of negatives; default none
 */
public record RankingOptions(
    double scale,
    SimilarityFunction similarity,
    Set<Direction> directions,
    Partition partition,
    Hardness hardness) {

  /**
   * Checks the combination.
   *
   * @throws IllegalArgumentException if {@code scale} is not above 0, query to document is missing,
   *     or directions without the pair are to be normalised by themselves
   */
  public RankingOptions {
    LossParameter.requirePositive("scale", scale);
    EnumSet<Direction> copy = EnumSet.noneOf(Direction.class);
    copy.addAll(directions);
    directions = Collections.unmodifiableSet(copy); // in a fixed order, also in toString
    if (!directions.contains(Direction.QUERY_TO_DOC)) {
      throw new IllegalArgumentException(
          "directions must hold query_to_doc, which has the positive pairs");
    }
    if (partition == Partition.PER_DIRECTION
        && (directions.contains(Direction.QUERY_TO_QUERY)
            || directions.contains(Direction.DOC_TO_DOC))) {
      throw new IllegalArgumentException(
          "partition mode per_direction does not go with query_to_query or doc_to_doc, which lack"
              + " the positive pairs: use joint");
    }
  }

  /** The defaults with another scale. */
  public static RankingOptions ofScale(double scale) {
    return new RankingOptions(
        scale,
        SimilarityFunction.COSINE,
        Set.of(Direction.QUERY_TO_DOC),
        Partition.JOINT,
        Hardness.NONE);
  }

  /** Queries to documents and documents to queries, each with a softmax of its own. */
  public static RankingOptions symmetric(double scale, SimilarityFunction similarity) {
    return new RankingOptions(
        scale,
        similarity,
        Set.of(Direction.QUERY_TO_DOC, Direction.DOC_TO_QUERY),
        Partition.PER_DIRECTION,
        Hardness.NONE);
  }

  boolean has(Direction direction) {
    return directions.contains(direction);
  }

  /**
   * Which similarities of a batch compete with those of the pairs. A query is an anchor, a document
   * a positive or hard negative.
   */
  public enum Direction {
    /** Each query with all documents; always part of the loss. */
    QUERY_TO_DOC,
    /** Each query with the other queries. */
    QUERY_TO_QUERY,
    /** Each positive with all queries. */
    DOC_TO_QUERY,
    /** Each positive with the documents of other queries. */
    DOC_TO_DOC
  }

  /** How several {@link Direction}s are normalised. */
  public enum Partition {
    /** One softmax over the similarities of all directions. */
    JOINT,
    /** One softmax for each direction, then the mean of the losses. */
    PER_DIRECTION
  }
}
