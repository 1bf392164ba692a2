package io.silverspark.jobs.report;

/**
 * A silver pair to look at.
 *
 * @param score the cross-encoder's, 0 to 1
 * @param level {@code low}, {@code middle} or {@code high}
 */
public record PairSample(String first, String second, double score, String level) {}
