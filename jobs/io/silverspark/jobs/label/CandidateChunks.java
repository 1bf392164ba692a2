package io.silverspark.jobs.label;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.sum;

import io.silverspark.jobs.table.StoredTable;
import io.silverspark.model.error.UserException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The candidate pairs of one version of their table, by chunk.
 *
 * @param version of the table
 * @param rows all pairs
 * @param chunks number of pairs of each chunk
 */
record CandidateChunks(long version, Dataset<Row> rows, Map<Integer, Long> chunks) {
  /**
   * Rows that are labelled and committed together.
   *
   * @param number from 0
   * @param total pairs of the chunk
   * @param missing those that are not done
   */
  record Chunk(int number, long total, long missing) {}

  static CandidateChunks of(StoredTable table) {
    table.read();
    long version = table.version();
    Dataset<Row> rows = table.read(version);
    return new CandidateChunks(version, rows, counted(rows, version));
  }

  /** Pairs of each chunk, in one pass with the check that no id stands twice. */
  private static Map<Integer, Long> counted(Dataset<Row> rows, long version) {
    List<Row> counts =
        rows.groupBy("id")
            .agg(count(lit(1)).as("rows"), min("chunk").as("chunk"))
            .groupBy("chunk")
            .agg(count(lit(1)), sum("rows"))
            .collectAsList();
    long ids = counts.stream().mapToLong(row -> row.getLong(1)).sum();
    long total = counts.stream().mapToLong(row -> row.getLong(2)).sum();
    if (ids != total) {
      throw new UserException(
          "candidate_pairs@v%d has %d rows with %d different ids; ids must be unique. Run 'mine'"
                  .formatted(version, total, ids)
              + " again.");
    }
    return counts.stream().collect(Collectors.toMap(row -> row.getInt(0), row -> row.getLong(1)));
  }

  long total() {
    return chunks.values().stream().mapToLong(Long::longValue).sum();
  }

  /**
   * The chunks that have pairs to do, in ascending order.
   *
   * @param done column id
   */
  List<Chunk> missing(Dataset<Row> done) {
    return ascending(
        without(rows, done).groupBy("chunk").count().collectAsList().stream()
            .collect(Collectors.toMap(row -> row.getInt(0), row -> row.getLong(1))));
  }

  /** All chunks, none of whose pairs is done, in ascending order. */
  List<Chunk> all() {
    return ascending(chunks);
  }

  private List<Chunk> ascending(Map<Integer, Long> missing) {
    return missing.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(entry -> new Chunk(entry.getKey(), chunks.get(entry.getKey()), entry.getValue()))
        .toList();
  }

  /** The pairs of a chunk that are to do. */
  Dataset<Row> pairs(Chunk chunk, Dataset<Row> done) {
    Dataset<Row> all = rows.where(col("chunk").equalTo(chunk.number()));
    return chunk.missing() == chunk.total() ? all : without(all, done);
  }

  private static Dataset<Row> without(Dataset<Row> pairs, Dataset<Row> done) {
    return pairs.join(done, new String[] {"id"}, "left_anti");
  }
}
