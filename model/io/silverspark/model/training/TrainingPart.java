package io.silverspark.model.training;

import io.silverspark.model.loss.SentenceLoss;
import io.silverspark.model.sampling.BatchSampler;

/**
 * A data set and the loss that it is learned by.
 *
 * @param name shown in messages; names the loss's parameters in checkpoints
 * @param set tokenised by the model's tokenizer
 * @param loss its parameters are trained too; stays owned by the caller
 * @param sampler batches of the set
 */
public record TrainingPart(String name, TrainingSet set, SentenceLoss loss, BatchSampler sampler) {}
