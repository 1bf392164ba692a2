package io.silverspark.jobs.label;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.first;
import static org.apache.spark.sql.functions.length;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import io.silverspark.jobs.config.SilverSettings;
import io.silverspark.jobs.label.CandidateChunks.Chunk;
import io.silverspark.model.config.Settings;
import io.silverspark.model.error.UserException;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The pairs of a chunk that go to quarantine.
 *
 * @param pairs all of them
 * @param failed those that the model was shown and could not score
 * @param reason why one of them failed; null if none did
 */
record RefusedPairs(long pairs, long failed, String reason) {
  private static final int FEW_FAILURES = 10;

  /**
   * Counts them in one pass.
   *
   * @param scored columns reason and shown
   */
  static RefusedPairs of(Dataset<Row> scored) {
    Column failure = when(col("shown"), col(Labelling.REASON));
    Row found = scored.agg(count(Labelling.REASON), count(failure), first(failure, true)).first();
    return new RefusedPairs(found.getLong(0), found.getLong(1), found.getString(2));
  }

  /**
   * Blames the model where it fails on too many pairs.
   *
   * @throws UserException with the reason of one pair
   */
  void check(Settings settings, Chunk chunk) {
    if (failed > mostFailures(settings, chunk.total())) {
      throw new UserException(
          "label: %d of %d pairs of chunk %d fail in the cross-encoder, more than silver.maxBadShare"
                  .formatted(failed, chunk.total(), chunk.number())
              + " = %s allows: %s".formatted(settings.get(SilverSettings.MAX_BAD_SHARE), reason));
    }
  }

  /** Failures that a chunk of so many pairs may have. */
  static double mostFailures(Settings settings, long pairs) {
    return Math.max(FEW_FAILURES, settings.get(SilverSettings.MAX_BAD_SHARE) * pairs);
  }

  /**
   * Why a pair is not shown to the cross-encoder, or null.
   *
   * @param maxCharacters longest text
   */
  static Column reasonNotShown(int maxCharacters) {
    return when(either(col("sentence1").isNull(), col("sentence2").isNull()), "a text is null")
        .when(
            either(expr("NOT is_valid_utf8(sentence1)"), expr("NOT is_valid_utf8(sentence2)")),
            "a text is not valid UTF-8")
        .when(
            either(isLong("sentence1", maxCharacters), isLong("sentence2", maxCharacters)),
            "a text has more than silver.maxCharacters = %d characters".formatted(maxCharacters))
        .when(either(isBlank("sentence1"), isBlank("sentence2")), "a text is blank")
        .otherwise(lit(null).cast("string"));
  }

  private static Column either(Column one, Column other) {
    return one.or(other);
  }

  private static Column isLong(String column, int maxCharacters) {
    return length(col(column)).gt(maxCharacters);
  }

  private static Column isBlank(String column) {
    return col(column).rlike("\\S").unary_$bang();
  }
}
