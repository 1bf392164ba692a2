package io.silverspark.model.mining;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleBiFunction;

/**
 * Chooses the pairs that a cross-encoder will label: proposals (usually {@link NeighbourPairs}) and
 * random pairs, without repeats in either order and without pairs already known. Where there are
 * more than wanted, the choice is by {@link PairHash}, so the same sentences, known pairs and seed
 * give the same result in whatever order they come.
 *
 * @param policy how many of what
 */
public record SilverSampler(SilverPolicy policy) {

  /**
   * Chooses pairs of sentences by their embeddings.
   *
   * @param ids [C], distinct
   * @param embeddings [C, D]
   * @param known pairs not to return, such as the gold pairs
   * @return distinct pairs, by ascending ids
   */
  public List<CandidatePair> sample(
      long[] ids, float[][] embeddings, Set<CandidatePair.Key> known) {
    Map<Long, float[]> byId = new LinkedHashMap<>();
    for (int row = 0; row < ids.length; row++) {
      byId.put(ids[row], embeddings[row]);
    }
    return sample(
        new NeighbourPairs(ids, embeddings, policy.perSentence()),
        ids,
        (one, other) -> VectorSimilarity.COSINE.between(byId.get(one), byId.get(other)),
        known);
  }

  /**
   * Chooses pairs from any proposals.
   *
   * @param proposals for the share of pairs that is not random
   * @param ids of all sentences, distinct: what random pairs are drawn from
   * @param similarity of two sentences by id, for the scores of random pairs
   * @param known pairs not to return
   * @return distinct pairs, by ascending ids
   */
  public List<CandidatePair> sample(
      CandidatePairs proposals,
      long[] ids,
      ToDoubleBiFunction<Long, Long> similarity,
      Set<CandidatePair.Key> known) {
    List<CandidatePair> neighbours = newPairs(proposals.propose(), known);
    boolean byDensity = policy.density().isPresent();
    List<CandidatePair> chosen =
        byDensity ? neighbours : first(neighbours, policy.neighbourCount(neighbours.size()));
    Set<CandidatePair.Key> excluded = new HashSet<>(known);
    chosen.forEach(pair -> excluded.add(pair.key()));
    int randomPairs = byDensity ? policy.densityPool() : policy.randomCount(chosen.size());
    List<CandidatePair> result = new ArrayList<>(chosen);
    for (CandidatePair.Key key : new RandomPairs(ids, policy.seed()).draw(randomPairs, excluded)) {
      float score = (float) similarity.applyAsDouble(key.first(), key.second());
      result.add(CandidatePair.of(key.first(), key.second(), score, CandidatePair.Origin.RANDOM));
    }
    if (byDensity) {
      result = byDensity(result, policy.density().get());
    }
    result.sort(
        Comparator.comparingLong(CandidatePair::first).thenComparingLong(CandidatePair::second));
    return result;
  }

  /** Distinct and not yet known, in hash order. */
  private List<CandidatePair> newPairs(
      Collection<CandidatePair> proposals, Set<CandidatePair.Key> known) {
    Map<CandidatePair.Key, CandidatePair> distinct = new LinkedHashMap<>();
    for (CandidatePair pair : proposals) {
      if (!known.contains(pair.key())) {
        distinct.merge(pair.key(), pair, (a, b) -> a.score() >= b.score() ? a : b);
      }
    }
    List<CandidatePair> ordered = new ArrayList<>(distinct.values());
    ordered.sort(hashOrder());
    return ordered;
  }

  private List<CandidatePair> byDensity(List<CandidatePair> pool, ScoreDensity density) {
    List<List<CandidatePair>> bins = new ArrayList<>();
    for (int bin = 0; bin < density.shares().size(); bin++) {
      bins.add(new ArrayList<>());
    }
    pool.stream()
        .sorted(hashOrder())
        .forEach(pair -> bins.get(density.bin(pair.score())).add(pair));
    int[] available = bins.stream().mapToInt(List::size).toArray();
    int[] quotas = density.quotas(available, policy.pairs().getAsInt());
    List<CandidatePair> chosen = new ArrayList<>();
    for (int bin = 0; bin < quotas.length; bin++) {
      chosen.addAll(first(bins.get(bin), quotas[bin]));
    }
    return chosen;
  }

  private Comparator<CandidatePair> hashOrder() {
    return Comparator.comparingLong(
            (CandidatePair pair) -> PairHash.unordered(policy.seed(), pair.first(), pair.second()))
        .thenComparingLong(CandidatePair::first)
        .thenComparingLong(CandidatePair::second);
  }

  private static List<CandidatePair> first(List<CandidatePair> pairs, int count) {
    return pairs.subList(0, Math.min(count, pairs.size()));
  }
}
