package io.silverspark.model.evaluation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Finds the most similar pairs among many sentences by cosine and compares them with the pairs that
 * are known to mean the same.
 *
 * <p>Source: {@code ParaphraseMiningEvaluator} and {@code paraphrase_mining_embeddings} of
 * sentence-transformers. Every sentence is compared with every other one, on all cores. Differs:
 * the corpus is one chunk there up to 100,000 sentences, and here always.
 *
 * @param maxPairs found pairs at most, both directions counted, as there; at least 1
 * @param topK other sentences that each sentence finds at most; at least 1
 */
public record ParaphraseMiningEvaluator(int maxPairs, int topK) {

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if one is below 1
   */
  public ParaphraseMiningEvaluator {
    if (maxPairs < 1 || topK < 1) {
      throw new IllegalArgumentException(
          "maxPairs and topK must be at least 1, found %d and %d".formatted(maxPairs, topK));
    }
  }

  /** 500,000 pairs, 100 other sentences of each: sentence-transformers' defaults. */
  public static ParaphraseMiningEvaluator defaults() {
    return new ParaphraseMiningEvaluator(500_000, 100);
  }

  /**
   * Two sentences, by their positions; the order does not matter.
   *
   * @param first the lower position
   * @param second the higher one
   */
  public record Pair(int first, int second) {
    /** Puts the positions in order. */
    public Pair {
      int low = Math.min(first, second);
      second = Math.max(first, second);
      first = low;
    }
  }

  /**
   * Result of {@link ParaphraseMiningEvaluator}.
   *
   * @param averagePrecision sum of the precisions at each duplicate found, over all duplicates: the
   *     primary metric
   * @param f1 highest F1 over all thresholds
   * @param precision at {@code threshold}
   * @param recall at {@code threshold}
   * @param threshold cosine of that F1; 0 if no duplicate was found
   */
  public record Scores(
      double averagePrecision, double f1, double precision, double recall, double threshold) {}

  /**
   * All pairs that follow from some: if a means b and b means c, a means c ({@code
   * add_transitive_closure}).
   */
  public static Set<Pair> withTransitiveClosure(Set<Pair> duplicates) {
    Set<Pair> closed = new HashSet<>(duplicates);
    for (List<Integer> group : groups(duplicates)) {
      for (int i = 0; i < group.size(); i++) {
        for (int j = i + 1; j < group.size(); j++) {
          closed.add(new Pair(group.get(i), group.get(j)));
        }
      }
    }
    return closed;
  }

  /** Sentences that duplicates join, directly or through others. */
  static List<List<Integer>> groups(Set<Pair> duplicates) {
    Map<Integer, List<Integer>> neighbours = new TreeMap<>();
    for (Pair pair : duplicates) {
      neighbours.computeIfAbsent(pair.first, key -> new ArrayList<>()).add(pair.second);
      neighbours.computeIfAbsent(pair.second, key -> new ArrayList<>()).add(pair.first);
    }
    List<List<Integer>> groups = new ArrayList<>();
    Set<Integer> visited = new HashSet<>();
    for (int start : neighbours.keySet()) {
      List<Integer> group = new ArrayList<>();
      Deque<Integer> next = new ArrayDeque<>(List.of(start));
      while (!next.isEmpty()) {
        int sentence = next.remove();
        if (visited.add(sentence)) {
          group.add(sentence);
          next.addAll(neighbours.get(sentence));
        }
      }
      if (!group.isEmpty()) {
        groups.add(group);
      }
    }
    return groups;
  }

  /**
   * Mines and judges.
   *
   * @param embeddings [sentences][width], any norm
   * @param duplicates pairs of sentences that mean the same
   */
  public Scores evaluate(float[][] embeddings, Set<Pair> duplicates) {
    return find(embeddings, duplicates).scores();
  }

  /**
   * Mines, for scores and their intervals.
   *
   * @param embeddings [sentences][width], any norm
   * @param duplicates pairs of sentences that mean the same
   */
  public MinedParaphrases find(float[][] embeddings, Set<Pair> duplicates) {
    List<Found> found = mine(embeddings);
    return MinedParaphrases.of(
        embeddings.length,
        found.stream().map(one -> new Pair(one.first, one.second)).toList(),
        found.stream().mapToDouble(Found::score).toArray(),
        duplicates);
  }

  /** A sentence and another one that it found. */
  private record Found(double score, int first, int second) {
    static final Comparator<Found> RISING =
        Comparator.comparingDouble(Found::score)
            .thenComparingInt(Found::first)
            .thenComparingInt(Found::second);
  }

  /**
   * The most similar pairs, once each, most similar first, equal ones in the order of the input.
   */
  private List<Found> mine(float[][] embeddings) {
    float[][] rows = EmbeddingRows.normalized(embeddings);
    PriorityQueue<Found> kept = new PriorityQueue<>(Found.RISING);
    double least = -1;
    int added = 0;
    for (List<Found> ofRow :
        IntStream.range(0, rows.length).parallel().mapToObj(row -> nearest(row, rows)).toList()) {
      for (Found found : ofRow) {
        if (found.score > least) {
          kept.add(found);
          added++;
          if (added >= maxPairs) {
            least = kept.remove().score;
          }
        }
      }
    }
    List<Found> pairs = new ArrayList<>();
    Set<Pair> seen = new HashSet<>();
    while (!kept.isEmpty()) {
      Found found = kept.remove();
      Pair pair = new Pair(found.first, found.second);
      if (seen.add(pair)) {
        pairs.add(new Found(found.score, pair.first, pair.second));
      }
    }
    pairs.sort(Comparator.comparingDouble(Found::score).reversed());
    return pairs;
  }

  /** The nearest others of one sentence; it counts itself as one more, as there. */
  private List<Found> nearest(int row, float[][] rows) {
    PriorityQueue<Found> nearest = new PriorityQueue<>(Found.RISING);
    for (int other = 0; other < rows.length; other++) {
      double score = Similarity.DOT.of(rows[row], rows[other]);
      if (nearest.size() <= topK || score > nearest.element().score) {
        nearest.add(new Found(score, row, other));
        if (nearest.size() > topK + 1) {
          nearest.remove();
        }
      }
    }
    return nearest.stream()
        .filter(found -> found.second != row)
        .sorted(Comparator.comparingInt(Found::second))
        .toList();
  }
}
