package io.silverspark.model.mining;

import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;

/**
 * What BM25 must know of the whole corpus, so that parts of it give the scores of the whole.
 *
 * @param documents number of texts, at least 1
 * @param terms length of all texts together, in terms
 * @param frequencies in how many texts a term stands; terms of a single text may be missing, since
 *     they find nothing but that text itself
 */
public record Bm25Statistics(long documents, long terms, Map<String, Long> frequencies)
    implements Serializable {

  /** Copies the map into one that serialises. */
  public Bm25Statistics {
    frequencies = new HashMap<>(frequencies);
  }

  /** In how many texts a term stands. */
  long frequency(String term) {
    return frequencies.getOrDefault(term, 1L);
  }
}
