package io.silverspark.model.encoder;

/**
 * What a cross-encoder says of a pair.
 *
 * @param score probability of a match, see {@link CrossEncoder#scores}
 * @param label class of greatest probability, the first of equals; 0 if there is one label
 */
public record PairPrediction(float score, int label) {}
