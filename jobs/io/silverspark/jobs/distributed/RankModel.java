package io.silverspark.jobs.distributed;

import io.silverspark.model.training.MultiDataset;
import io.silverspark.model.training.TrainableModel;
import io.silverspark.model.training.Trainer;
import io.silverspark.model.training.TrainingPlan;
import java.util.Optional;

/**
 * One rank's model and its training.
 *
 * @param model on the rank's device
 * @param plan how long and how fast
 * @param data examples and batches of all ranks; the losses are closed with this
 * @param evaluation scores this rank's model; rank 0's is used
 * @param owner closes the model
 */
public record RankModel(
    TrainableModel model,
    TrainingPlan plan,
    MultiDataset data,
    Optional<Trainer.Evaluation> evaluation,
    Runnable owner)
    implements AutoCloseable {
  @Override
  public void close() {
    try {
      data.parts().forEach(part -> part.loss().close());
    } finally {
      owner.run();
    }
  }
}
