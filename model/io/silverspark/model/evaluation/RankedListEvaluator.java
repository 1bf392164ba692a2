package io.silverspark.model.evaluation;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Reranks the list that a first search, such as BM25, found for each query: {@code map}, {@code
 * mrr@k} and {@code ndcg@k} of the new order, and with {@code base_} in front those of the list.
 *
 * <p>Source: {@code CrossEncoderRerankingEvaluator} of sentence-transformers over {@code
 * documents}, which {@code CrossEncoderNanoBEIREvaluator} takes. Documents are told apart by their
 * text. A query none of whose relevant documents is scored has 0; so has the list for one that it
 * does not find, and relevant documents that it lacks stand behind its last one.
 *
 * @param atK cut-off of MRR and NDCG
 * @param rerankK documents of a list that are reranked, from its top
 * @param alwaysRerankPositives whether relevant documents that a list lacks are scored too, so that
 *     a perfect order has 1
 */
public record RankedListEvaluator(int atK, int rerankK, boolean alwaysRerankPositives) {
  /** Documents of a list that sentence-transformers reranks. */
  public static final int DEFAULT_RERANK_K = 100;

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if one is below 1
   */
  public RankedListEvaluator {
    if (atK < 1 || rerankK < 1) {
      throw new IllegalArgumentException(
          "atK and rerankK must be at least 1, found %d and %d".formatted(atK, rerankK));
    }
  }

  /** As sentence-transformers: the first 100, relevant ones always, at 10. */
  public static RankedListEvaluator defaults() {
    return new RankedListEvaluator(RerankingEvaluator.DEFAULT_AT_K, DEFAULT_RERANK_K, true);
  }

  /**
   * A query and what was found for it.
   *
   * @param positives relevant documents
   * @param documents the list, best first
   */
  public record RankedList(String query, List<String> positives, List<String> documents) {
    /** Copies both lists. */
    public RankedList {
      positives = List.copyOf(positives);
      documents = List.copyOf(documents);
    }
  }

  /** The documents of a query to score, in the order in which {@link #evaluate} takes scores. */
  public List<String> candidates(RankedList list) {
    List<String> top = top(list);
    if (!alwaysRerankPositives) {
      return top;
    }
    Set<String> positives = new HashSet<>(list.positives());
    return Stream.concat(
            list.positives().stream(), top.stream().filter(text -> !positives.contains(text)))
        .toList();
  }

  private List<String> top(RankedList list) {
    return list.documents().subList(0, Math.min(rerankK, list.documents().size()));
  }

  /**
   * Judges scores.
   *
   * @param scores one array a list, one score for each of its {@link #candidates}, higher is more
   *     relevant
   * @throws IllegalArgumentException if the lengths differ
   */
  public RankingScores evaluate(List<RankedList> lists, List<double[]> scores) {
    if (lists.size() != scores.size()) {
      throw new IllegalArgumentException(
          "%d lists but scores for %d".formatted(lists.size(), scores.size()));
    }
    RerankingEvaluator evaluator = new RerankingEvaluator(atK, true);
    List<boolean[]> relevant =
        lists.stream().map(list -> isPositive(candidates(list), list)).toList();
    Map<String, double[]> values = new LinkedHashMap<>(evaluator.perQuery("", scores, relevant));
    List<boolean[]> base = lists.stream().map(this::base).toList();
    List<double[]> falling = base.stream().map(labels -> falling(labels.length)).toList();
    values.putAll(evaluator.perQuery("base_", falling, base));
    return new RankingScores(values);
  }

  private static boolean[] isPositive(List<String> documents, RankedList list) {
    Set<String> positives = new HashSet<>(list.positives());
    boolean[] relevant = new boolean[documents.size()];
    for (int i = 0; i < relevant.length; i++) {
      relevant[i] = positives.contains(documents.get(i));
    }
    return relevant;
  }

  /** The list, and behind it the relevant documents that it lacks, if it has any. */
  private boolean[] base(RankedList list) {
    boolean[] found = isPositive(top(list), list);
    List<Boolean> all = new ArrayList<>();
    IntStream.range(0, found.length).forEach(i -> all.add(found[i]));
    long hits = all.stream().filter(hit -> hit).count();
    long missed = hits == 0 ? 0 : list.positives().size() - hits;
    for (long i = 0; i < missed; i++) {
      all.add(true);
    }
    boolean[] labels = new boolean[all.size()];
    IntStream.range(0, labels.length).forEach(i -> labels[i] = all.get(i));
    return labels;
  }

  private static double[] falling(int length) {
    return IntStream.range(0, length).mapToDouble(i -> length - i).toArray();
  }
}
