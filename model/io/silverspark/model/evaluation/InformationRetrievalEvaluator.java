package io.silverspark.model.evaluation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;

/**
 * Search quality: whether the documents that answer a query come first. Relevance is yes or no.
 *
 * <ul>
 *   <li>{@code accuracy@k}: share of queries with a relevant document among the first k
 *   <li>{@code precision@k}, {@code recall@k}: relevant ones among the first k, over k and over all
 *       relevant ones
 *   <li>{@code mrr@k}: 1 over the rank of the first relevant document, 0 beyond k
 *   <li>{@code ndcg@k}: gain discounted by the logarithm of the rank, over the best possible
 *   <li>{@code map@k}: mean precision at the ranks of relevant documents, over the lesser of k and
 *       their number
 * </ul>
 *
 * <p>Source: {@code InformationRetrievalEvaluator} of sentence-transformers. Documents of equal
 * score rank by rising id; queries without a relevant document are left out; relevant documents
 * that are not in the corpus still count as missed.
 *
 * @param accuracyAt cut-offs of accuracy
 * @param precisionRecallAt cut-offs of precision and recall
 * @param mrrAt cut-offs of the mean reciprocal rank
 * @param ndcgAt cut-offs of NDCG
 * @param mapAt cut-offs of mean average precision
 */
public record InformationRetrievalEvaluator(
    List<Integer> accuracyAt,
    List<Integer> precisionRecallAt,
    List<Integer> mrrAt,
    List<Integer> ndcgAt,
    List<Integer> mapAt) {

  /**
   * Checks the cut-offs.
   *
   * @throws IllegalArgumentException if one is below 1 or there is none at all
   */
  public InformationRetrievalEvaluator {
    accuracyAt = List.copyOf(accuracyAt);
    precisionRecallAt = List.copyOf(precisionRecallAt);
    mrrAt = List.copyOf(mrrAt);
    ndcgAt = List.copyOf(ndcgAt);
    mapAt = List.copyOf(mapAt);
    TreeSet<Integer> all = all(accuracyAt, precisionRecallAt, mrrAt, ndcgAt, mapAt);
    if (all.isEmpty() || all.first() < 1) {
      throw new IllegalArgumentException("cut-offs must be at least 1, found " + all);
    }
  }

  /** Accuracy, precision and recall at 1, 3, 5, 10; MRR and NDCG at 10; MAP at 100. */
  public static InformationRetrievalEvaluator defaults() {
    List<Integer> first = List.of(1, 3, 5, 10);
    return new InformationRetrievalEvaluator(first, first, List.of(10), List.of(10), List.of(100));
  }

  /** How many documents of each query have to be ranked. */
  public int depth() {
    return all(accuracyAt, precisionRecallAt, mrrAt, ndcgAt, mapAt).last();
  }

  @SafeVarargs
  private static TreeSet<Integer> all(List<Integer>... cutOffs) {
    TreeSet<Integer> all = new TreeSet<>();
    for (List<Integer> list : cutOffs) {
      all.addAll(list);
    }
    return all;
  }

  /**
   * Searches by comparing every query with every document, in this thread. Document ids are the
   * positions in the corpus.
   *
   * @param queries [queries][width]
   * @param corpus [documents][width]
   * @param relevant positions of the documents that answer each query
   * @throws IllegalArgumentException if there is not one set of documents a query
   */
  public RankingScores evaluate(
      float[][] queries, float[][] corpus, List<Set<Integer>> relevant, Similarity similarity) {
    int[][] rankings = new int[queries.length][];
    for (int query = 0; query < queries.length; query++) {
      rankings[query] = nearest(queries[query], corpus, similarity);
    }
    return ofRankings(rankings, relevant);
  }

  private int[] nearest(float[] query, float[][] corpus, Similarity similarity) {
    record Hit(int document, double score) {}

    Comparator<Hit> bestFirst =
        Comparator.comparingDouble(Hit::score).reversed().thenComparingInt(Hit::document);
    PriorityQueue<Hit> worstFirst = new PriorityQueue<>(bestFirst.reversed());
    int depth = depth();
    for (int document = 0; document < corpus.length; document++) {
      worstFirst.add(new Hit(document, similarity.of(query, corpus[document])));
      if (worstFirst.size() > depth) {
        worstFirst.remove();
      }
    }
    List<Hit> hits = new ArrayList<>(worstFirst);
    hits.sort(bestFirst);
    return hits.stream().mapToInt(Hit::document).toArray();
  }

  /**
   * Judges rankings that were made elsewhere.
   *
   * @param rankings documents of each query, best first, {@link #depth()} of them unless the corpus
   *     is smaller
   * @param relevant ids of the documents that answer each query
   * @throws IllegalArgumentException if there is not one set of documents a query
   */
  public RankingScores ofRankings(int[][] rankings, List<Set<Integer>> relevant) {
    if (rankings.length != relevant.size()) {
      throw new IllegalArgumentException(
          "%d rankings but relevant documents for %d queries"
              .formatted(rankings.length, relevant.size()));
    }
    List<Judged> judged = new ArrayList<>();
    for (int query = 0; query < rankings.length; query++) {
      if (!relevant.get(query).isEmpty()) {
        judged.add(Judged.of(rankings[query], relevant.get(query)));
      }
    }
    Map<String, double[]> values = new LinkedHashMap<>();
    accuracyAt.forEach(k -> put(values, "accuracy@" + k, judged, q -> q.found(k) > 0 ? 1 : 0));
    precisionRecallAt.forEach(
        k -> put(values, "precision@" + k, judged, q -> (double) q.found(k) / k));
    precisionRecallAt.forEach(
        k -> put(values, "recall@" + k, judged, q -> (double) q.found(k) / q.relevant));
    mrrAt.forEach(k -> put(values, "mrr@" + k, judged, q -> q.reciprocalRank(k)));
    ndcgAt.forEach(k -> put(values, "ndcg@" + k, judged, q -> q.gain(k) / q.bestGain(k)));
    mapAt.forEach(k -> put(values, "map@" + k, judged, q -> q.averagePrecision(k)));
    return new RankingScores(values);
  }

  private static void put(
      Map<String, double[]> values,
      String name,
      List<Judged> queries,
      ToDoubleFunction<Judged> measure) {
    values.put(name, queries.stream().mapToDouble(measure).toArray());
  }

  /**
   * One ranking.
   *
   * @param hits whether each ranked document is relevant, best first
   * @param relevant number of all relevant documents
   */
  @SuppressWarnings("ArrayRecordComponent") // one entry a document, never compared
  private record Judged(boolean[] hits, int relevant) {
    static Judged of(int[] ranking, Set<Integer> relevant) {
      boolean[] hits = new boolean[ranking.length];
      for (int rank = 0; rank < hits.length; rank++) {
        hits[rank] = relevant.contains(ranking[rank]);
      }
      return new Judged(hits, relevant.size());
    }

    int found(int k) {
      int found = 0;
      for (int rank = 0; rank < Math.min(k, hits.length); rank++) {
        found += hits[rank] ? 1 : 0;
      }
      return found;
    }

    double reciprocalRank(int k) {
      for (int rank = 0; rank < Math.min(k, hits.length); rank++) {
        if (hits[rank]) {
          return 1.0 / (rank + 1);
        }
      }
      return 0;
    }

    double gain(int k) {
      double gain = 0;
      for (int rank = 0; rank < Math.min(k, hits.length); rank++) {
        gain += hits[rank] ? RankDiscount.of(rank) : 0;
      }
      return gain;
    }

    double bestGain(int k) {
      return RankDiscount.sum(Math.min(k, relevant));
    }

    double averagePrecision(int k) {
      double sum = 0;
      int found = 0;
      for (int rank = 0; rank < Math.min(k, hits.length); rank++) {
        if (hits[rank]) {
          found++;
          sum += (double) found / (rank + 1);
        }
      }
      return sum / Math.min(k, relevant);
    }
  }
}
