package io.silverspark.model.evaluation;

/**
 * How well scores tell matching pairs from others. Thresholds are in the unit of the scores that
 * were given: for distances they are upper limits of a match, for similarities lower ones.
 *
 * @param accuracy highest share of pairs that one threshold puts on the right side
 * @param accuracyThreshold of that accuracy; -1 if no threshold puts any pair on the right side
 * @param f1 highest F1 of the matches over all thresholds
 * @param f1Threshold of that F1; 0 if no match was found
 * @param precision at {@code f1Threshold}
 * @param recall at {@code f1Threshold}
 * @param averagePrecision area under precision over recall, by steps; needs no threshold
 * @param matthews Matthews correlation of the labels with the side of {@code f1Threshold}, -1 to 1
 */
public record BinaryScores(
    double accuracy,
    double accuracyThreshold,
    double f1,
    double f1Threshold,
    double precision,
    double recall,
    double averagePrecision,
    double matthews) {

  /** The same for scores of the opposite sign: only the thresholds change. */
  BinaryScores negated() {
    return new BinaryScores(
        accuracy,
        accuracy > 0 ? -accuracyThreshold : accuracyThreshold,
        f1,
        f1 > 0 ? -f1Threshold : f1Threshold,
        precision,
        recall,
        averagePrecision,
        matthews);
  }
}
