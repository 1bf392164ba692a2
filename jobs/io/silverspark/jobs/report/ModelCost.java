package io.silverspark.jobs.report;

/**
 * What a model takes, measured in the run that evaluated it.
 *
 * @param parameters numbers in the weights
 * @param dimension components of a vector; 0 for a cross-encoder, and in files of earlier versions
 * @param megabytes of the weights, 10^6 bytes
 * @param perSecond texts encoded a second, or pairs for a cross-encoder, loading not counted
 * @param texts how many it was measured on
 * @param unit {@code sentences} or {@code pairs}
 */
public record ModelCost(
    long parameters, int dimension, double megabytes, double perSecond, long texts, String unit) {}
