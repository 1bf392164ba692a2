package io.silverspark.jobs.mine;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count_distinct;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * How many entailed rows gave no triplet, and why.
 *
 * @param rows entailed rows
 * @param sameText rows whose premise and hypothesis are one text to the model
 * @param repeated rows whose premise and hypothesis occur in an earlier row too
 * @param filtered rows for which no text passes the filters
 */
record TripletCounts(long rows, long sameText, long repeated, long filtered) {
  /** Nothing was mined. */
  static final TripletCounts NONE = new TripletCounts(0, 0, 0, 0);

  /**
   * Counts.
   *
   * @param entailed columns anchor_id and positive_id, a row each
   * @param triplets columns anchor and positive
   */
  static TripletCounts of(Dataset<Row> entailed, Dataset<Row> triplets) {
    Row counts =
        entailed
            .selectExpr(
                "count(*)",
                "count_if(anchor_id <> positive_id)",
                "count(DISTINCT IF(anchor_id <> positive_id, struct(anchor_id, positive_id),"
                    + " NULL))")
            .first();
    long mined = triplets.select(count_distinct(col("anchor"), col("positive"))).first().getLong(0);
    long rows = counts.getLong(0);
    long apart = counts.getLong(1);
    long distinct = counts.getLong(2);
    return new TripletCounts(rows, rows - apart, apart - distinct, distinct - mined);
  }

  /** Rows without triplet. */
  long without() {
    return sameText + repeated + filtered;
  }

  /** The reasons that occur, with their rows. */
  Map<String, Long> reasons() {
    Map<String, Long> reasons = new LinkedHashMap<>();
    reasons.put("repeat another row", repeated);
    reasons.put("have one text twice as the model sees it", sameText);
    reasons.put("have no text that passes the filters", filtered);
    reasons.values().removeIf(count -> count == 0);
    return reasons;
  }

  /** One clause, or empty if every row gave a triplet. */
  String text() {
    return without() == 0
        ? ""
        : String.format(
            Locale.ROOT,
            "%,d of %,d entailed rows gave no triplet: %s",
            without(),
            rows,
            reasons().entrySet().stream()
                .map(e -> String.format(Locale.ROOT, "%,d %s", e.getValue(), e.getKey()))
                .collect(Collectors.joining(", ")));
  }
}
