package io.silverspark.model.mining;

import java.util.Comparator;

/**
 * One corpus row found for a query.
 *
 * @param id the corpus row: its position, or a stable id of the caller
 * @param score similarity to the query, higher is closer
 */
public record Neighbour(long id, float score) {
  /** Highest score first; equal scores by ascending id. A total order for distinct ids. */
  public static final Comparator<Neighbour> BEST_FIRST =
      Comparator.comparingDouble((Neighbour neighbour) -> -(double) neighbour.score)
          .thenComparingLong(Neighbour::id);
}
