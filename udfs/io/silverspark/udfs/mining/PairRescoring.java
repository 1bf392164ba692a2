package io.silverspark.udfs.mining;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Scores pairs of texts by a model of its own, such as a cross-encoder that denoises negatives. */
@FunctionalInterface
public interface PairRescoring {
  /**
   * Scores pairs, lazily.
   *
   * @param pairs columns query_id and corpus_id (bigint)
   * @return the same pairs as (query_id, corpus_id, score), score of type float
   */
  Dataset<Row> score(Dataset<Row> pairs);
}
