package io.silverspark.model.evaluation;

/**
 * Result of {@link LabelAccuracyEvaluator}.
 *
 * @param accuracy share of rows whose greatest logit is that of the label; NaN without rows
 * @param predicted class of each row, the first of equal logits
 * @param correct whether it is the label, for intervals
 */
@SuppressWarnings("ArrayRecordComponent") // One entry a row, never compared as a whole.
public record LabelScores(double accuracy, int[] predicted, boolean[] correct) {}
