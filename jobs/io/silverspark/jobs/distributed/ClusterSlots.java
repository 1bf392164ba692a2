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
 * Places for ranks: whole executors, each with a GPU where one is asked for. Says at once what
 * Spark would find out after many minutes.
 *
 * @param context of the application
 * @param device {@code cpu}, {@code cuda} or {@code cuda:N}
 * @param patience how long to wait for executors that are still starting
 */
record ClusterSlots(SparkContext context, String device, Duration patience) {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterSlots.class);
  private static final String GPU = "gpu";
  private static final String EXECUTOR_GPUS = "spark.executor.resource.gpu.amount";
  private static final long POLL_MILLIS = 250;

  /**
   * The resources of a rank's task: all cores of an executor, so that no two ranks share one, and
   * one GPU.
   *
   * @param ranks how many are needed at the same time
   * @return profile for the barrier stage
   * @throws UserException if the cluster cannot run so many ranks, after the patience at the latest
   */
  ResourceProfile require(int ranks) {
    refuseDynamicAllocation(ranks);
    requireGpuSettings();
    long deadline = System.nanoTime() + patience.toNanos();
    Found found = new Found(0, 0, Optional.empty());
    while (System.nanoTime() < deadline) {
      found = find(found.place());
      if (found.slots() >= ranks) {
        LOG.info("ranks={} slots={} executors={}", ranks, found.slots(), found.executors());
        return found.place().orElseThrow().profile();
      }
      pause();
    }
    throw new UserException(
        ("train.ranks = %d needs as many executors%s, found %d executors with room for %d ranks after"
                + " %d s: lower train.ranks, or give the application more (spark.executor.instances,"
                + " spark.cores.max, spark.executor.cores, %s)")
            .formatted(
                ranks,
                usesSparkGpus() ? " with a GPU each" : "",
                found.executors(),
                found.slots(),
                patience.toSeconds(),
                EXECUTOR_GPUS));
  }

  private record Found(int executors, int slots, Optional<Place> place) {}

  private record Place(int cores, ResourceProfile profile) {}

  private Found find(Optional<Place> before) {
    int executors = context.statusTracker().getExecutorInfos().length - 1; // less the driver
    if (executors < 1) {
      return new Found(0, 0, before);
    }
    int cores = coresOfExecutor(executors);
    Place place =
        before
            .filter(each -> each.cores() == cores)
            .orElseGet(() -> new Place(cores, profile(cores)));
    return new Found(executors, context.maxNumConcurrentTasks(place.profile()), Optional.of(place));
  }

  private ResourceProfile profile(int cores) {
    TaskResourceRequests requests = new TaskResourceRequests().cpus(cores);
    if (usesSparkGpus()) {
      requests.resource(GPU, 1);
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

  private void refuseDynamicAllocation(int ranks) {
    if (context.conf().getBoolean("spark.dynamicAllocation.enabled", false)) {
      throw new UserException(
          ("train.ranks = %d does not work with spark.dynamicAllocation.enabled = true, because the"
                  + " ranks need their executors from beginning to end: set it to false and"
                  + " spark.executor.instances to the number of ranks")
              .formatted(ranks));
    }
  }

  private boolean usesSparkGpus() {
    return device.equals("cuda");
  }

  private void requireGpuSettings() {
    if (usesSparkGpus() && context.conf().getInt(EXECUTOR_GPUS, 0) < 1) {
      throw new UserException(
          ("model.device = 'cuda' with train.ranks needs %s = 1 or more and a discovery script, found"
                  + " none: see conf/gpu-cluster.conf")
              .formatted(EXECUTOR_GPUS));
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
