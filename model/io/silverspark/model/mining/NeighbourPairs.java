package io.silverspark.model.mining;

import java.util.ArrayList;
import java.util.List;

/**
 * Pairs each sentence with its most similar others by exact cosine search. A pair found from both
 * sides is proposed twice.
 */
public final class NeighbourPairs implements CandidatePairs {
  private final long[] ids;
  private final float[][] embeddings;
  private final int perSentence;

  /**
   * Prepares the proposals.
   *
   * @param ids [C], distinct
   * @param embeddings [C, D]
   * @param perSentence nearest sentences for each, at least 1
   */
  public NeighbourPairs(long[] ids, float[][] embeddings, int perSentence) {
    this.ids = ids.clone();
    this.embeddings = embeddings.clone();
    this.perSentence = perSentence;
  }

  @Override
  public List<CandidatePair> propose() {
    List<List<Neighbour>> found =
        BlockedSimilarity.of(ids, embeddings, VectorSimilarity.COSINE)
            .searchOthers(embeddings, ids, perSentence);
    List<CandidatePair> pairs = new ArrayList<>(ids.length * perSentence);
    for (int row = 0; row < ids.length; row++) {
      for (Neighbour neighbour : found.get(row)) {
        pairs.add(
            CandidatePair.of(
                ids[row], neighbour.id(), neighbour.score(), CandidatePair.Origin.NEIGHBOUR));
      }
    }
    return pairs;
  }
}
