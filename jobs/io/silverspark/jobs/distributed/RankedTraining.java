package io.silverspark.jobs.distributed;

import ai.djl.ndarray.NDArray;
import io.silverspark.jobs.config.RankSettings;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.model.checkpoint.CheckpointStore;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.training.TrainingListener;
import io.silverspark.model.training.TrainingOutcome;
import io.silverspark.model.training.TrainingResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * Trains the driver's model by {@code train.ranks} ranks: the model goes out to them as a
 * directory, and its weights come back.
 */
public final class RankedTraining {
  private final JobContext context;

  /** Ranks of a job's settings. */
  public RankedTraining(JobContext context) {
    this.context = context;
  }

  /** Whether the settings ask for more than one rank. */
  public static boolean isAskedFor(JobContext context) {
    return context.get(RankSettings.RANKS) > 1;
  }

  /**
   * Options of the driver's model: with several ranks it only holds the weights, and the driver
   * need not have a GPU.
   */
  public static EncoderOptions onDriver(JobContext context, EncoderOptions options) {
    return isAskedFor(context) ? options.withDevice("cpu") : options;
  }

  /**
   * Writes a model into a directory.
   *
   * @see io.silverspark.model.encoder.SentenceEncoder#save
   */
  @FunctionalInterface
  public interface ModelWriter {
    /** Writes the model; the directory does not exist yet. */
    void save(Path directory);
  }

  /**
   * Trains.
   *
   * @param recipe opened by every rank
   * @param model writes the model that training starts from
   * @param weights of the driver's model, overwritten with the trained ones; the caller tells the
   *     model
   * @param checkpoints on the driver
   * @param listener hears rank 0
   * @return how it ended
   * @throws io.silverspark.model.error.UserException if the cluster cannot run so many ranks
   */
  public TrainingResult train(
      RankRecipe recipe,
      ModelWriter model,
      Map<String, NDArray> weights,
      CheckpointStore checkpoints,
      TrainingListener listener) {
    try (TemporaryDirectory directory = TemporaryDirectory.create("silverspark-ranks")) {
      Path start = directory.path().resolve("model");
      Path result = directory.newChild("result");
      model.save(start);
      if (context.spark().sparkContext().isLocal()) {
        new LocalTraining(context).train(recipe, start, result, checkpoints, listener);
      } else {
        new BarrierTraining(context).train(recipe, start, result, checkpoints, listener);
      }
      return TrainingOutcome.read(result, weights);
    } catch (IOException e) {
      throw new UncheckedIOException("files of the ranks cannot be written", e);
    }
  }
}
