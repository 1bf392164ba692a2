package io.silverspark.model.mining;

import java.util.ArrayList;
import java.util.List;

/**
 * The outcome of mining for one query, and the training rows it gives.
 *
 * @param queryId the query
 * @param positives its distinct positives with their scores
 * @param negatives its negatives, best first, possibly none
 */
public record MinedQuery(long queryId, List<Neighbour> positives, List<Neighbour> negatives) {
  /** Copies the lists. */
  public MinedQuery {
    positives = List.copyOf(positives);
    negatives = List.copyOf(negatives);
  }

  /** One row (query, positive, one negative). */
  public record TripletRow(long queryId, Neighbour positive, Neighbour negative) {}

  /** One row (query, positive, all negatives). */
  public record TupleRow(long queryId, Neighbour positive, List<Neighbour> negatives) {}

  /** Every positive with every negative: output format "triplet" of sentence-transformers. */
  public List<TripletRow> triplets() {
    List<TripletRow> rows = new ArrayList<>(positives.size() * negatives.size());
    for (Neighbour positive : positives) {
      for (Neighbour negative : negatives) {
        rows.add(new TripletRow(queryId, positive, negative));
      }
    }
    return rows;
  }

  /**
   * Every positive with all negatives: output format "n-tuple" of sentence-transformers. A query
   * with fewer negatives than asked for gives no row.
   */
  public List<TupleRow> tuples(int numNegatives) {
    if (negatives.size() < numNegatives) {
      return List.of();
    }
    return positives.stream().map(positive -> new TupleRow(queryId, positive, negatives)).toList();
  }
}
