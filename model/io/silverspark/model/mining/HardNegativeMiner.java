package io.silverspark.model.mining;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Mines negatives for queries and a corpus that fit into memory: exact search, then {@link
 * HardNegativeSelector}. On a cluster the same two steps run in blocks.
 *
 * @param policy the filters
 * @param difficulty where in the ranking to look
 * @param margin of the difficulty; unused for {@link NegativeDifficulty#HARD}
 * @param similarity of the vectors scaled to length 1, as in sentence-transformers; the dot product
 *     is then the cosine, and taken for it
 */
public record HardNegativeMiner(
    HardNegativePolicy policy,
    NegativeDifficulty difficulty,
    double margin,
    VectorSimilarity similarity)
    implements Serializable {

  /** Random candidates drawn for each negative wanted at {@link NegativeDifficulty#EASY}. */
  private static final int EASY_DRAWS = 10;

  /** Takes the dot product for the cosine. */
  public HardNegativeMiner {
    similarity = similarity == VectorSimilarity.DOT ? VectorSimilarity.COSINE : similarity;
  }

  /** A miner by the cosine. */
  public HardNegativeMiner(
      HardNegativePolicy policy, NegativeDifficulty difficulty, double margin) {
    this(policy, difficulty, margin, VectorSimilarity.COSINE);
  }

  /** A miner of hard negatives by the cosine. */
  public static HardNegativeMiner hard(HardNegativePolicy policy) {
    return new HardNegativeMiner(policy, NegativeDifficulty.HARD, 0);
  }

  /**
   * The same by another similarity, such as that of the model whose vectors are given.
   *
   * @param other of the vectors scaled to length 1
   */
  public HardNegativeMiner by(VectorSimilarity other) {
    return new HardNegativeMiner(policy, difficulty, margin, other);
  }

  /**
   * Mines negatives.
   *
   * @param queries [Q, D], distinct texts
   * @param corpus [C, D], distinct texts, the positives among them
   * @param positives [Q], corpus rows of each query's positives; repeats count for the candidate
   *     window as in sentence-transformers, and once as positives
   * @return Q outcomes in query order; ids are row numbers
   */
  public List<MinedQuery> mine(float[][] queries, float[][] corpus, List<int[]> positives) {
    return similarity == VectorSimilarity.COSINE
        ? mineAsGiven(queries, corpus, positives)
        : mineAsGiven(unit(queries), unit(corpus), positives);
  }

  private static float[][] unit(float[][] vectors) {
    return Arrays.stream(vectors).map(VectorSimilarity::unit).toArray(float[][]::new);
  }

  private List<MinedQuery> mineAsGiven(float[][] queries, float[][] corpus, List<int[]> positives) {
    if (positives.size() != queries.length) {
      throw new IllegalArgumentException(
          positives.size() + " lists of positives for " + queries.length + " queries");
    }
    int maxPositives = positives.stream().mapToInt(rows -> rows.length).max().orElse(1);
    HardNegativeSelector selector =
        new HardNegativeSelector(policy, maxPositives, difficulty, margin);
    BlockedSimilarity search = BlockedSimilarity.of(corpus, similarity);
    List<List<Neighbour>> ranked =
        difficulty == NegativeDifficulty.EASY
            ? randomCandidates(queries, corpus)
            : search.search(queries, policy.candidatesPerQuery(maxPositives));
    List<MinedQuery> result = new ArrayList<>(queries.length);
    for (int query = 0; query < queries.length; query++) {
      Collection<Neighbour> known = scored(queries[query], corpus, positives.get(query));
      result.add(
          new MinedQuery(
              query, List.copyOf(known), selector.select(query, ranked.get(query), known)));
    }
    return result;
  }

  /** How many random corpus rows to try per query at {@link NegativeDifficulty#EASY}. */
  public int easyDraws() {
    return EASY_DRAWS * policy.numNegatives();
  }

  /** The corpus rows, of {@code size}, to try for a query; with repeats; the same for one seed. */
  public int[] easyCandidates(long queryId, int size) {
    SplittableRandom draw = new SplittableRandom(PairHash.mix(~policy.seed(), queryId));
    return draw.ints(easyDraws(), 0, size).toArray();
  }

  private List<List<Neighbour>> randomCandidates(float[][] queries, float[][] corpus) {
    List<List<Neighbour>> result = new ArrayList<>(queries.length);
    for (int query = 0; query < queries.length; query++) {
      int[] rows = easyCandidates(query, corpus.length);
      result.add(List.copyOf(scored(queries[query], corpus, rows)));
    }
    return result;
  }

  private Collection<Neighbour> scored(float[] query, float[][] corpus, int[] rows) {
    Map<Integer, Neighbour> distinct = new LinkedHashMap<>();
    for (int row : rows) {
      distinct.computeIfAbsent(
          row, index -> new Neighbour(index, similarity.between(query, corpus[index])));
    }
    return distinct.values();
  }
}
