package io.silverspark.jobs.silver;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;

import io.silverspark.jobs.table.StoredTable;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The candidate pairs of one version of their table, by chunk.
 *
 * @param version of the table
 * @param rows all pairs
 * @param chunks in ascending order
 */
record CandidateChunks(long version, Dataset<Row> rows, List<Chunk> chunks) {
  private static final Column BLANK =
      col("sentence1").rlike("\\S").and(col("sentence2").rlike("\\S")).unary_$bang();

  /**
   * Rows that are labelled and committed together.
   *
   * @param number from 0
   * @param labelled pairs with two texts
   * @param blank pairs that are left out because a text is blank
   */
  record Chunk(int number, long labelled, long blank) {}

  static CandidateChunks of(StoredTable table) {
    table.read();
    long version = table.version();
    Dataset<Row> rows = table.read(version);
    List<Chunk> chunks =
        rows
            .groupBy("chunk")
            .agg(count(lit(1)), sum(BLANK.cast("bigint")))
            .orderBy("chunk")
            .collectAsList()
            .stream()
            .map(row -> new Chunk(row.getInt(0), row.getLong(1) - row.getLong(2), row.getLong(2)))
            .toList();
    return new CandidateChunks(version, rows, chunks);
  }

  /** The pairs of a chunk that have two texts. */
  Dataset<Row> pairs(Chunk chunk) {
    return rows.where(col("chunk").equalTo(chunk.number()).and(BLANK.unary_$bang()));
  }

  long labelled() {
    return chunks.stream().mapToLong(Chunk::labelled).sum();
  }

  long blank() {
    return chunks.stream().mapToLong(Chunk::blank).sum();
  }
}
