package io.silverspark.jobs.ranks;

import io.silverspark.model.loss.SentenceLoss;
import io.silverspark.model.sampling.BatchSampler;
import io.silverspark.model.training.TrainableModel;
import io.silverspark.model.training.Trainer;
import io.silverspark.model.training.TrainingPlan;
import io.silverspark.model.training.TrainingSet;
import java.util.Optional;

/**
 * One rank's model and its training.
 *
 * @param model on the rank's device
 * @param loss closed with this
 * @param plan how long and how fast
 * @param set the examples of all ranks
 * @param sampler batches of all ranks
 * @param evaluation scores this rank's model; rank 0's is used
 * @param owner closes the model
 */
public record RankModel(
    TrainableModel model,
    SentenceLoss loss,
    TrainingPlan plan,
    TrainingSet set,
    BatchSampler sampler,
    Optional<Trainer.Evaluation> evaluation,
    Runnable owner)
    implements AutoCloseable {
  @Override
  public void close() {
    try {
      loss.close();
    } finally {
      owner.run();
    }
  }
}
