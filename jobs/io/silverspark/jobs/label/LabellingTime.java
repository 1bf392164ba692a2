package io.silverspark.jobs.label;

import io.silverspark.jobs.run.ComputedRows;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a run spent on scoring and what on committing: the first grows with the pairs, the second
 * with the chunks.
 */
final class LabellingTime {
  private static final Logger LOG = LoggerFactory.getLogger(LabellingTime.class);

  private long pairs;
  private long chunks;
  private double scoringSeconds;
  private double committingSeconds;

  /**
   * Scores a chunk, then checks and commits what came out, measuring both; writes a line to the
   * log.
   */
  void measure(
      CandidateChunks.Chunk chunk, Supplier<ComputedRows> scoring, Consumer<Dataset<Row>> commit) {
    long started = System.nanoTime();
    try (ComputedRows rows = scoring.get()) {
      long ended = System.nanoTime();
      commit.accept(rows.rows());
      add(chunk, (ended - started) / 1e9, (System.nanoTime() - ended) / 1e9);
    }
  }

  private void add(CandidateChunks.Chunk chunk, double scored, double committed) {
    pairs += chunk.missing();
    chunks++;
    scoringSeconds += scored;
    committingSeconds += committed;
    LOG.info(
        "chunk={} pairs={} scoringSec={} pairsPerSec={} committingSec={}",
        chunk.number(),
        chunk.missing(),
        rounded(scored),
        rounded(chunk.missing() / scored),
        rounded(committed));
  }

  private static double rounded(double value) {
    return Math.round(value * 10) / 10.0;
  }

  /** For the user; empty if nothing was scored. */
  Optional<String> text() {
    if (pairs == 0) {
      return Optional.empty();
    }
    return Optional.of(
        String.format(
            Locale.ROOT,
            "scored %,d pairs in %.1f s, %,.0f pairs/s; committed %s in %.1f s",
            pairs,
            scoringSeconds,
            pairs / scoringSeconds,
            counted(chunks),
            committingSeconds));
  }

  static String counted(long chunks) {
    return chunks == 1 ? "1 chunk" : String.format(Locale.ROOT, "%,d chunks", chunks);
  }
}
