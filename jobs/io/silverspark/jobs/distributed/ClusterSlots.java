package io.silverspark.jobs.distributed;

import io.silverspark.model.error.UserException;
import java.time.Duration;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.resource.ResourceProfile;
import org.apache.spark.resource.TaskResourceProfile;
import org.apache.spark.resource.TaskResourceRequests;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Places for ranks: whole executors, with a GPU for each rank where they are asked for. Says at
 * once what Spark would find out after many minutes.
 *
 * @param context of the application
 * @param device {@code cpu}, {@code cuda} or {@code cuda:N}
 * @param patience how long to wait for executors that are still starting
 */
record ClusterSlots(SparkContext context, String device, Duration patience) {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterSlots.class);
  private static final String GPU = "gpu";
  private static final long POLL_MILLIS = 250;

  /**
   * The resources of a task with ranks: all cores of an executor, so that no two tasks share one,
   * and a GPU for each rank.
   *
   * @param layout executors that are needed at the same time
   * @return profile for the barrier stage
   * @throws UserException if the cluster cannot run so many ranks, after the patience at the latest
   */
  ResourceProfile require(RankLayout layout) {
    refuseDynamicAllocation(layout);
    requireGpus(layout);
    long deadline = System.nanoTime() + patience.toNanos();
    Found found = new Found(0, 0, Optional.empty());
    while (System.nanoTime() < deadline) {
      found = find(found.place(), layout);
      if (found.slots() >= layout.executors()) {
        LOG.info(
            "ranks={} ranksPerExecutor={} slots={} executors={}",
            layout.ranks(),
            layout.perExecutor(),
            found.slots(),
            found.executors());
        return found.place().orElseThrow().profile();
      }
      pause();
    }
    throw new UserException(
        ("train.ranks = %d needs %s executors%s, found %d executors with room for %d ranks after"
                + " %d s: lower train.ranks, or give the application more (spark.executor.instances,"
                + " spark.cores.max, spark.executor.cores, %s)")
            .formatted(
                layout.ranks(),
                layout.perExecutor() == 1 ? "as many" : Integer.toString(layout.executors()),
                needs(layout),
                found.executors(),
                found.slots() * layout.perExecutor(),
                patience.toSeconds(),
                RankLayout.EXECUTOR_GPUS));
  }

  private String needs(RankLayout layout) {
    if (!usesSparkGpus()) {
      return "";
    }
    return layout.perExecutor() == 1
        ? " with a GPU each"
        : " with %d GPUs each".formatted(layout.perExecutor());
  }

  private record Found(int executors, int slots, Optional<Place> place) {}

  private record Place(int cores, ResourceProfile profile) {}

  private Found find(Optional<Place> before, RankLayout layout) {
    int executors = context.statusTracker().getExecutorInfos().length - 1; // less the driver
    if (executors < 1) {
      return new Found(0, 0, before);
    }
    int cores = coresOfExecutor(executors);
    if (cores < layout.perExecutor()) {
      throw new UserException(
          "%d ranks in each executor need a core each, found executors of %d: set spark.executor.cores = %d or more, or lower train.ranksPerExecutor"
              .formatted(layout.perExecutor(), cores, layout.perExecutor()));
    }
    Place place =
        before
            .filter(each -> each.cores() == cores)
            .orElseGet(() -> new Place(cores, profile(cores, layout.perExecutor())));
    return new Found(executors, context.maxNumConcurrentTasks(place.profile()), Optional.of(place));
  }

  private ResourceProfile profile(int cores, int gpus) {
    TaskResourceRequests requests = new TaskResourceRequests().cpus(cores);
    if (usesSparkGpus()) {
      requests.resource(GPU, gpus);
    }
    ResourceProfile profile = new TaskResourceProfile(requests.requests());
    context.resourceProfileManager().addResourceProfile(profile);
    return profile;
  }

  private int coresOfExecutor(int executors) {
    SparkConf conf = context.conf();
    if (conf.contains("spark.executor.cores")) {
      return conf.getInt("spark.executor.cores", 1);
    }
    ResourceProfile usual = context.resourceProfileManager().defaultResourceProfile();
    int cores = context.maxNumConcurrentTasks(usual) * conf.getInt("spark.task.cpus", 1);
    return Math.max(1, cores / executors);
  }

  private void refuseDynamicAllocation(RankLayout layout) {
    if (context.conf().getBoolean("spark.dynamicAllocation.enabled", false)) {
      throw new UserException(
          ("train.ranks = %d does not work with spark.dynamicAllocation.enabled = true, because the"
                  + " ranks need their executors from beginning to end: set it to false and"
                  + " spark.executor.instances to %d")
              .formatted(layout.ranks(), layout.executors()));
    }
  }

  private boolean usesSparkGpus() {
    return device.equals("cuda");
  }

  private void requireGpus(RankLayout layout) {
    if (layout.perExecutor() > 1 && device.startsWith("cuda:")) {
      throw new UserException(
          "model.device = '%s' names one GPU, but each executor has %d ranks, which need one each: set model.device = cuda"
              .formatted(device, layout.perExecutor()));
    }
    int gpus = context.conf().getInt(RankLayout.EXECUTOR_GPUS, 0);
    if (usesSparkGpus() && gpus < layout.perExecutor()) {
      throw new UserException(
          ("model.device = 'cuda' with train.ranks needs %s = %d or more and a discovery script, found"
                  + " %s: see conf/gpu-cluster.conf")
              .formatted(
                  RankLayout.EXECUTOR_GPUS, layout.perExecutor(), gpus == 0 ? "none" : gpus));
    }
  }

  private static void pause() {
    try {
      Thread.sleep(POLL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UserException("interrupted while waiting for executors", e);
    }
  }
}
