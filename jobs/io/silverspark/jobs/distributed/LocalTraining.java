package io.silverspark.jobs.distributed;

import io.silverspark.jobs.config.ModelSettings;
import io.silverspark.jobs.config.RankSettings;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.model.checkpoint.CheckpointStore;
import io.silverspark.model.distributed.Collective;
import io.silverspark.model.distributed.LocalRanks;
import io.silverspark.model.encoder.Precision;
import io.silverspark.model.error.UserException;
import io.silverspark.model.training.TrainingListener;
import io.silverspark.model.training.TrainingOutcome;
import io.silverspark.model.training.TrainingResult;
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
      RankRecipe recipe,
      Path model,
      Path result,
      CheckpointStore checkpoints,
      TrainingListener listener) {
    String device = context.get(ModelSettings.DEVICE);
    requireDevices(device);
    int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / ranks);
    LocalRanks.run(
        ranks,
        collective -> {
          RankRun run = run(context, collective, threads);
          String own = device.equals(CUDA) ? CUDA + ":" + collective.rank() : device;
          Precision precision = AgreedPrecision.of(collective, recipe.precision(), own);
          try (RankModel rank = recipe.open(model, own, precision)) {
            TrainingResult ended = run.train(rank, checkpoints, listener);
            if (collective.rank() == 0) {
              TrainingOutcome.write(result, ended, rank.model().parameters());
            }
            return ended;
          }
        });
  }

  /** One rank's part. */
  static RankRun run(JobContext context, Collective collective, int threads) {
    return new RankRun(collective, threads, context.get(RankSettings.DRIFT_STEPS));
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
