package io.silverspark.jobs.label;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.length;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import org.apache.spark.sql.Column;

/** Why a pair is not shown to the cross-encoder. */
final class PairCheck {
  private PairCheck() {}

  /**
   * The reason, or null.
   *
   * @param maxCharacters longest text
   */
  static Column reason(int maxCharacters) {
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
