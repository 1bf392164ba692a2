package io.silverspark.jobs.evaluate;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;

import io.silverspark.jobs.report.Metric;
import io.silverspark.model.sparse.SparsityStatistics;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * How sparse the vectors of a data set are, as measures without intervals.
 *
 * @param id begins the ids of the metrics
 * @param label begins what tables show
 */
record SparsityMeasures(String id, String label) {
  /** Of some texts, {@code active_dims} and {@code sparsity_ratio}. */
  List<Measure> of(SparsityStatistics found, long texts) {
    return of("", found, texts);
  }

  /**
   * Of a search: the same two of queries and corpus, and {@code avg_flops}, the mean number of
   * tokens that a query and a document share.
   */
  List<Measure> ofSearch(
      SparsityStatistics queries, long queryCount, SparsityStatistics corpus, long documents) {
    List<Measure> measures = new ArrayList<>(of("query_", queries, queryCount));
    measures.addAll(of("corpus_", corpus, documents));
    measures.add(measure("avg_flops", queries.flops(corpus), queryCount));
    return measures;
  }

  private List<Measure> of(String part, SparsityStatistics found, long texts) {
    return List.of(
        measure(part + "active_dims", found.activeDims(), texts),
        measure(part + "sparsity_ratio", found.sparsityRatio(), texts));
  }

  private Measure measure(String name, double value, long rows) {
    Metric metric = Metric.detail(id + "_" + name, label + " " + name.replace('_', ' '));
    return Measure.plain(metric, name, value, rows);
  }

  /**
   * Counts on the executors; the driver gets one number for each token.
   *
   * @param vectors with a column {@code embedding} of sparse vectors
   * @param rows how many there are
   * @param dimension size of the vocabulary
   */
  static SparsityStatistics counted(Dataset<Row> vectors, long rows, int dimension) {
    long[] active = new long[dimension];
    for (Row token :
        vectors
            .select(explode(col("embedding.indices")).as("token"))
            .groupBy("token")
            .count()
            .collectAsList()) {
      active[token.getInt(0)] = token.getLong(1);
    }
    return SparsityStatistics.ofCounts(active, rows);
  }
}
