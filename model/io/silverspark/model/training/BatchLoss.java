package io.silverspark.model.training;

import ai.djl.ndarray.NDArray;

/**
 * What one batch came to.
 *
 * @param value its loss, a scalar of the device without history
 * @param usedTokens tokens of all texts
 * @param paddedTokens tokens that went through the model
 */
record BatchLoss(NDArray value, long usedTokens, long paddedTokens) {}
