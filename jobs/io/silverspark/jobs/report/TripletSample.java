package io.silverspark.jobs.report;

/**
 * A mined triplet to look at.
 *
 * @param positiveScore of anchor and positive, by the mining model or the cross-encoder
 * @param negativeScore of anchor and negative
 * @param kind such as {@code hard}
 */
public record TripletSample(
    String anchor,
    String positive,
    String negative,
    double positiveScore,
    double negativeScore,
    String kind) {}
