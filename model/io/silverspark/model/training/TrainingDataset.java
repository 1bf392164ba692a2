package io.silverspark.model.training;

import io.silverspark.model.loss.DataShape;
import io.silverspark.model.loss.LossSpec;
import io.silverspark.model.sampling.BatchSampler;
import java.io.Serializable;

/**
 * What a training learns from, before its rows are read.
 *
 * @param name unique in the training
 * @param shape of the rows
 * @param loss that they are learned by
 * @param batchSize rows of a batch
 */
public record TrainingDataset(String name, DataShape shape, LossSpec loss, int batchSize)
    implements Serializable {

  /** The batches that the loss wants. */
  BatchSampler sampler(TrainingSet set, long seed) {
    return switch (loss.batching()) {
      case SHUFFLED -> set.shuffled(batchSize, seed);
      case NO_DUPLICATES -> set.noDuplicates(batchSize, seed);
      case GROUPED_BY_LABEL -> set.groupedByLabel(batchSize, seed);
    };
  }

  /** One line for people. */
  public String summary() {
    return "%s: %s by %s, batches of %d".formatted(name, shape.title(), loss.title(), batchSize);
  }
}
