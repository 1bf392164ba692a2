package io.silverspark.jobs.silver;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import org.apache.spark.sql.Column;

/**
 * What the cross-encoder's output becomes. Columns read: {@code probability} of a match and {@code
 * class} of greatest probability.
 */
final class SilverLabels {
  private static final int NLI_CLASSES = 3;
  private static final int ENTAILMENT = 0;
  private static final double THRESHOLD = 0.5;

  private SilverLabels() {}

  /** 1 for a match, else 0: the class of greatest probability, or the probability from 0.5 on. */
  static Column hard(int labels) {
    Column match =
        labels == NLI_CLASSES
            ? col("class").equalTo(ENTAILMENT)
            : col("probability").geq(THRESHOLD);
    return match.cast("float");
  }

  /** The NLI class, null unless the model has all three. */
  static Column nliClass(int labels) {
    return labels == NLI_CLASSES ? col("class") : lit(null).cast("int");
  }
}
