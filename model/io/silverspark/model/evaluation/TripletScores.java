package io.silverspark.model.evaluation;

/**
 * Result of {@link TripletEvaluator}.
 *
 * @param accuracy share of triplets in the right order, from 0 to 1; NaN without rows
 * @param correct whether each triplet is, in input order, for bootstrap intervals
 */
@SuppressWarnings("ArrayRecordComponent") // One entry a row, never compared as a whole.
public record TripletScores(double accuracy, boolean[] correct) {}
