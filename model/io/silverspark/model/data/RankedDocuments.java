package io.silverspark.model.data;

import java.util.List;

/**
 * A query with its documents, each with a relevance.
 *
 * @param query a text
 * @param documents at least one; in the order of a ranking where a loss respects it
 * @param labels relevance of each document: grades, 1 and 0, or scores of a teacher
 */
public record RankedDocuments(String query, List<String> documents, List<Float> labels) {
  /**
   * Copies the lists.
   *
   * @throws IllegalArgumentException if there is no document, or labels are more or fewer
   */
  public RankedDocuments {
    documents = List.copyOf(documents);
    labels = List.copyOf(labels);
    if (documents.isEmpty() || documents.size() != labels.size()) {
      throw new IllegalArgumentException(
          "a query has %d documents and %d labels: needs one document or more and as many labels"
              .formatted(documents.size(), labels.size()));
    }
  }
}
