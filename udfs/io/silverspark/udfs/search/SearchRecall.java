package io.silverspark.udfs.search;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.xxhash64;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * How many of the true neighbours an approximate search finds.
 *
 * @param share of the exact search's neighbours that the other found, 0 to 1; 1 if there are none
 * @param queries that were compared
 */
public record SearchRecall(double share, long queries) {
  /**
   * Compares two searches on a sample of the queries. Runs Spark jobs at once.
   *
   * @param queries columns {@code id} and {@code embedding}
   * @param corpus the same columns
   * @param tested the search to measure
   * @param exact the search to measure against
   * @param k neighbours of a query
   * @param sample queries to compare, chosen by a hash of their id
   */
  public static SearchRecall at(
      int k,
      Dataset<Row> queries,
      Dataset<Row> corpus,
      NeighbourSearch tested,
      NeighbourSearch exact,
      int sample) {
    Dataset<Row> chosen =
        queries.orderBy(xxhash64(col("id")), col("id")).limit(sample).localCheckpoint(true);
    Dataset<Row> expected = pairs(exact, chosen, corpus, k).localCheckpoint(true);
    Dataset<Row> found = pairs(tested, chosen, corpus, k);
    long hits = expected.join(found, new String[] {"query_id", "corpus_id"}).count();
    long all = expected.count();
    return new SearchRecall(all == 0 ? 1 : (double) hits / all, chosen.count());
  }

  private static Dataset<Row> pairs(
      NeighbourSearch search, Dataset<Row> queries, Dataset<Row> corpus, int k) {
    return search.find(queries, corpus, k, true).rows().select("query_id", "corpus_id");
  }
}
