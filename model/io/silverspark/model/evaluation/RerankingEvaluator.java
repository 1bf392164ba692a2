package io.silverspark.model.evaluation;

import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Ranks the few documents of each query: {@code map} over all of them, {@code mrr@k} and {@code
 * ndcg@k} over the first k. Queries that lack a relevant or an irrelevant document are left out.
 *
 * <p>Source: {@code RerankingEvaluator} and {@code CrossEncoderRerankingEvaluator} of
 * sentence-transformers with scikit-learn's {@code average_precision_score} and {@code ndcg_score}.
 * Documents of equal score share their precision and their gain; for the reciprocal rank the two
 * evaluators order them differently, see {@link #ofBiEncoder} and {@link #ofCrossEncoder}. Differs:
 * the cross-encoder's evaluator there keeps queries without an irrelevant document, as {@link
 * RankedListEvaluator} does here.
 *
 * @param atK cut-off of MRR and NDCG
 * @param lastFirst whether of equal scores the document listed last ranks first
 */
public record RerankingEvaluator(int atK, boolean lastFirst) {
  /** Cut-off that sentence-transformers takes. */
  public static final int DEFAULT_AT_K = 10;

  /**
   * Checks the cut-off.
   *
   * @throws IllegalArgumentException if it is below 1
   */
  public RerankingEvaluator {
    if (atK < 1) {
      throw new IllegalArgumentException("atK must be at least 1, found " + atK);
    }
  }

  /** At 10; equal scores rank in the order of the list. */
  public static RerankingEvaluator ofBiEncoder() {
    return new RerankingEvaluator(DEFAULT_AT_K, false);
  }

  /** At 10; equal scores rank against the order of the list. */
  public static RerankingEvaluator ofCrossEncoder() {
    return new RerankingEvaluator(DEFAULT_AT_K, true);
  }

  /**
   * Judges the scores of each query's documents.
   *
   * @param scores one array a query, one score a document, higher is more relevant
   * @param relevant which of them are relevant; sentence-transformers lists these first
   * @throws IllegalArgumentException if the lengths differ
   */
  public RankingScores evaluate(List<double[]> scores, List<boolean[]> relevant) {
    if (scores.size() != relevant.size()) {
      throw new IllegalArgumentException(
          "%d queries with scores but %d with labels".formatted(scores.size(), relevant.size()));
    }
    int[] judged =
        IntStream.range(0, scores.size()).filter(q -> isMixed(relevant.get(q))).toArray();
    Map<String, double[]> values =
        perQuery(
            "",
            IntStream.of(judged).mapToObj(scores::get).toList(),
            IntStream.of(judged).mapToObj(relevant::get).toList());
    return new RankingScores(values);
  }

  /**
   * Judges every query; one without a relevant document has 0 of each measure.
   *
   * @param prefix of the names
   */
  Map<String, double[]> perQuery(String prefix, List<double[]> scores, List<boolean[]> relevant) {
    double[] averagePrecision = new double[scores.size()];
    double[] reciprocalRank = new double[scores.size()];
    double[] gain = new double[scores.size()];
    for (int query = 0; query < scores.size(); query++) {
      boolean[] labels = relevant.get(query);
      RankedPairs pairs = RankedPairs.of(scores.get(query), labels);
      double best = bestGain(labels);
      averagePrecision[query] = pairs.averagePrecision(pairs.allPositions());
      reciprocalRank[query] = reciprocalRank(scores.get(query), labels);
      gain[query] = best == 0 ? 0 : gain(pairs) / best;
    }
    Map<String, double[]> values = new LinkedHashMap<>();
    values.put(prefix + "map", averagePrecision);
    values.put(prefix + "mrr@" + atK, reciprocalRank);
    values.put(prefix + "ndcg@" + atK, gain);
    return values;
  }

  private static boolean isMixed(boolean[] labels) {
    long relevant = IntStream.range(0, labels.length).filter(i -> labels[i]).count();
    return relevant > 0 && relevant < labels.length;
  }

  private double reciprocalRank(double[] scores, boolean[] relevant) {
    Comparator<Integer> byScore =
        Comparator.comparingDouble((Integer i) -> scores[i] + 0.0).reversed();
    Comparator<Integer> ties =
        lastFirst ? Comparator.<Integer>reverseOrder() : Comparator.<Integer>naturalOrder();
    int[] order =
        IntStream.range(0, scores.length)
            .boxed()
            .sorted(byScore.thenComparing(ties))
            .mapToInt(Integer::intValue)
            .toArray();
    for (int rank = 0; rank < Math.min(atK, order.length); rank++) {
      if (relevant[order[rank]]) {
        return 1.0 / (rank + 1);
      }
    }
    return 0;
  }

  /** Documents of equal score each gain the mean of their group, over the group's ranks. */
  private double gain(RankedPairs pairs) {
    double gain = 0;
    int from = 0;
    while (from < pairs.rows()) {
      int to = from;
      int found = 0;
      while (to < pairs.rows() && pairs.score(to) == pairs.score(from)) {
        found += pairs.isMatch(to) ? 1 : 0;
        to++;
      }
      double discounts =
          RankDiscount.sum(Math.min(atK, to)) - RankDiscount.sum(Math.min(atK, from));
      gain += discounts * found / (to - from);
      from = to;
    }
    return gain;
  }

  private double bestGain(boolean[] labels) {
    int relevant = (int) IntStream.range(0, labels.length).filter(i -> labels[i]).count();
    return RankDiscount.sum(Math.min(atK, relevant));
  }

  /**
   * Cosine scores of a query against its documents, for {@link #evaluate}.
   *
   * @param query [width]
   * @param documents [documents][width]
   */
  public static double[] cosines(float[] query, float[][] documents) {
    return Arrays.stream(documents)
        .mapToDouble(document -> Similarity.COSINE.of(query, document))
        .toArray();
  }
}
