package io.silverspark.jobs.distributed;

import io.silverspark.jobs.config.ModelSettings;
import io.silverspark.jobs.config.RankSettings;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.model.error.UserException;
import org.apache.spark.SparkConf;

/**
 * How ranks are divided among executors: each has the same number, and rank {@code e * perExecutor
 * + r} is replica {@code r} of executor {@code e}.
 *
 * @param executors at least 1
 * @param perExecutor replicas of the model in each, at least 1
 */
record RankLayout(int executors, int perExecutor) {
  static final String EXECUTOR_GPUS = "spark.executor.resource.gpu.amount";

  /** The layout that the settings ask for. */
  static RankLayout of(JobContext context) {
    SparkConf conf = context.spark().sparkContext().conf();
    int wanted = context.get(RankSettings.RANKS_PER_EXECUTOR);
    boolean ownsGpus = wanted == 0 && context.get(ModelSettings.DEVICE).equals("cuda");
    int gpus = ownsGpus ? conf.getInt(EXECUTOR_GPUS, 1) : 1;
    return of(context.get(RankSettings.RANKS), wanted, Math.max(1, gpus));
  }

  /**
   * The layout of a number of ranks.
   *
   * @param ranks of all executors
   * @param wanted of each executor; 0 leaves the choice to its GPUs
   * @param gpus that an executor has for its ranks
   * @throws UserException if the ranks cannot be divided evenly
   */
  static RankLayout of(int ranks, int wanted, int gpus) {
    int perExecutor = wanted == 0 ? Math.min(ranks, gpus) : wanted;
    if (ranks % perExecutor != 0) {
      throw new UserException(
          "train.ranks = %d cannot be divided among executors of %d ranks each (%s): needs a multiple of %d"
              .formatted(
                  ranks,
                  perExecutor,
                  wanted == 0 ? EXECUTOR_GPUS : "train.ranksPerExecutor",
                  perExecutor));
    }
    return new RankLayout(ranks / perExecutor, perExecutor);
  }

  /** Ranks of all executors. */
  int ranks() {
    return executors * perExecutor;
  }
}
