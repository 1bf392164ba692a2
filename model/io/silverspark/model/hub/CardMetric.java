package io.silverspark.model.hub;

/**
 * A measured value on a model card.
 *
 * @param id for machines, such as {@code sts_spearman}
 * @param label for people, such as {@code STS Spearman}
 * @param value a fraction
 * @param low of its 95 % interval; NaN if there is none
 * @param high of its 95 % interval; NaN if there is none
 */
public record CardMetric(String id, String label, double value, double low, double high) {}
