package io.silverspark.model.training;

/**
 * What one batch came to.
 *
 * @param value its loss
 * @param usedTokens tokens of all texts
 * @param paddedTokens tokens that went through the model
 */
record BatchLoss(float value, long usedTokens, long paddedTokens) {}
