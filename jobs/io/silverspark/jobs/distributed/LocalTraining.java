package io.silverspark.jobs.distributed;

import io.silverspark.jobs.config.ModelSettings;
import io.silverspark.jobs.config.RankSettings;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.model.checkpoint.CheckpointStore;
import io.silverspark.model.distributed.LocalRanks;
import io.silverspark.model.distributed.Replica;
import io.silverspark.model.error.UserException;
import io.silverspark.model.training.TrainingListener;
import java.nio.file.Path;

/** Ranks that are threads of the driver: one per GPU, or CPU replicas that divide the cores. */
final class LocalTraining {
  private static final String CUDA = "cuda";

  private final JobContext context;
  private final int ranks;

  LocalTraining(JobContext context) {
    this.context = context;
    this.ranks = context.get(RankSettings.RANKS);
  }

  void train(
      RankedTraining training,
      Path model,
      Path result,
      CheckpointStore checkpoints,
      TrainingListener listener) {
    String device = context.get(ModelSettings.DEVICE);
    requireDevices(device);
    int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / ranks);
    LocalRanks.run(
        ranks,
        replica -> {
          String own = device.equals(CUDA) ? CUDA + ":" + replica.rank() : device;
          return training.trainAsRank(
              model, result, place(context, replica, own, threads), checkpoints, listener);
        });
  }

  /** One rank's place. */
  static RankedTraining.Place place(
      JobContext context, Replica replica, String device, int threads) {
    return new RankedTraining.Place(
        replica, device, threads, context.get(RankSettings.DRIFT_STEPS));
  }

  private void requireDevices(String device) {
    int gpus = device.equals("cpu") ? ranks : ai.djl.engine.Engine.getInstance().getGpuCount();
    if (device.startsWith(CUDA + ":")) {
      throw new UserException(
          ("model.device = '%s' names one GPU, but train.ranks = %d needs one per rank: set"
                  + " model.device = cuda")
              .formatted(device, ranks));
    }
    if (gpus < ranks) {
      throw new UserException(
          "train.ranks = %d needs as many GPUs while model.device = '%s', found %d; lower train.ranks"
              .formatted(ranks, device, gpus));
    }
  }
}
