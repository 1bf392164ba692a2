package io.silverspark.model.evaluation;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Measures of rankings, one value a query for each, so that intervals can resample the queries.
 *
 * @param perQuery values by name, such as {@code ndcg@10}, in the order of the evaluator; do not
 *     modify the arrays
 */
public record RankingScores(Map<String, double[]> perQuery) {
  /** Copies the map, keeping its order. */
  public RankingScores {
    perQuery = Collections.unmodifiableMap(new LinkedHashMap<>(perQuery));
  }

  /** Names of the measures. */
  public List<String> names() {
    return List.copyOf(perQuery.keySet());
  }

  /** Number of queries that were judged. */
  public int queries() {
    return perQuery.values().stream().mapToInt(values -> values.length).findFirst().orElse(0);
  }

  /**
   * Mean over the queries; NaN without any.
   *
   * @throws IllegalArgumentException if there is no such measure
   */
  public double mean(String name) {
    return Arrays.stream(values(name)).average().orElse(Double.NaN);
  }

  /**
   * The mean over selected queries, for intervals.
   *
   * @throws IllegalArgumentException if there is no such measure
   */
  public RowStatistic statistic(String name) {
    return RowStatistic.mean(values(name));
  }

  private double[] values(String name) {
    double[] values = perQuery.get(name);
    if (values == null) {
      throw new IllegalArgumentException("no measure '%s' among %s".formatted(name, names()));
    }
    return values;
  }
}
