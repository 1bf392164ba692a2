package io.silverspark.jobs.label;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import io.silverspark.model.files.ClassNames;
import org.apache.spark.sql.Column;

/**
 * What the cross-encoder's output becomes. Columns read: {@code probability} of a match and {@code
 * class} of greatest probability.
 */
final class SilverLabels {
  private static final double THRESHOLD = 0.5;

  private SilverLabels() {}

  /**
   * 1 for a match, else 0: whether a match is the class of greatest probability, or the probability
   * from 0.5 on.
   */
  static Column hard(ClassNames classes, int match) {
    Column isMatch =
        classes.count() > 2 ? col("class").equalTo(match) : col("probability").geq(THRESHOLD);
    return isMatch.cast("float");
  }

  /** The number of the NLI class, null unless the model has all three. */
  static Column nliClass(ClassNames classes) {
    Column unknown = lit(null).cast("int");
    return classes
        .nliLabels()
        .map(
            labels -> {
              Column number = unknown;
              for (int id = 0; id < labels.size(); id++) {
                number = when(col("class").equalTo(id), labels.get(id).number()).otherwise(number);
              }
              return number;
            })
        .orElse(unknown);
  }
}
