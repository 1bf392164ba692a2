package io.silverspark.jobs.distributed;

import com.fasterxml.jackson.databind.JsonNode;
import io.silverspark.jobs.config.ModelSettings;
import io.silverspark.jobs.config.RankSettings;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.model.checkpoint.CheckpointStore;
import io.silverspark.model.distributed.RankCoordinator;
import io.silverspark.model.distributed.RankIdentity;
import io.silverspark.model.distributed.RankLimits;
import io.silverspark.model.training.TrainingListener;
import io.silverspark.udfs.serving.JavaSerialized;
import io.silverspark.udfs.serving.ShippedDirectory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;
import org.apache.spark.resource.ResourceProfile;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * Ranks in executors, each with one or several, as one barrier stage. A shuffle after it makes the
 * stage one that Spark runs again when a rank is lost; the ranks then start from the last committed
 * checkpoint.
 */
final class BarrierTraining {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration JOIN = Duration.ofSeconds(120);
  private static final ClassTag<Integer> INTEGER = ClassTag$.MODULE$.apply(Integer.class);

  private final JobContext context;
  private final SparkContext spark;
  private final RankLayout layout;

  BarrierTraining(JobContext context) {
    this.context = context;
    this.spark = context.spark().sparkContext();
    this.layout = RankLayout.of(context);
  }

  void train(
      RankedTraining training,
      Path model,
      Path result,
      CheckpointStore checkpoints,
      TrainingListener listener)
      throws IOException {
    ResourceProfile profile = new ClusterSlots(spark, device(), PATIENCE).require(layout);
    String group = "silverspark-ranks-" + System.nanoTime();
    try (RankCoordinator coordinator =
        RankCoordinator.open(
            bindAddress(),
            layout.executors(),
            limits(context),
            checkpoints,
            result,
            new Watcher(listener, group))) {
      JavaSparkContext java = JavaSparkContext.fromSparkContext(spark);
      Broadcast<JavaSerialized<RankedTraining>> sharedTraining =
          java.broadcast(new JavaSerialized<>(training));
      Broadcast<ShippedDirectory> sharedModel = java.broadcast(ShippedDirectory.of(model));
      try {
        RankTask.Settings told =
            told(context, layout, coordinator.address().getPort(), coordinator.run());
        run(new RankTask(sharedTraining, sharedModel, told), profile, group);
      } catch (Exception e) { // Spark throws checked ones unannounced
        throw coordinator.fatal().orElseGet(() -> failed(e));
      } finally {
        sharedTraining.destroy();
        sharedModel.destroy();
      }
    }
  }

  private static RuntimeException failed(Exception failure) {
    return failure instanceof RuntimeException same
        ? same
        : new IllegalStateException("training across executors failed", failure);
  }

  private void run(RankTask task, ResourceProfile profile, String group) {
    JavaSparkContext java = JavaSparkContext.fromSparkContext(spark);
    java.setJobGroup(group, context.command() + " by " + layout.ranks() + " ranks", false);
    try {
      RDD<Integer> places =
          java.parallelize(
                  IntStream.range(0, layout.executors()).boxed().toList(), layout.executors())
              .rdd()
              .withResources(profile);
      RDD<Integer> done = places.barrier().mapPartitions(task, false, INTEGER);
      List<Integer> ended = JavaRDD.fromRDD(done, INTEGER).repartition(1).collect();
      if (ended.size() != layout.executors()) {
        throw new IllegalStateException(
            ended.size() + " executors ended, expected " + layout.executors());
      }
    } finally {
      java.clearJobGroup();
    }
  }

  private String device() {
    return context.get(ModelSettings.DEVICE);
  }

  /** How long the driver waits for ranks. */
  static RankLimits limits(JobContext context) {
    return new RankLimits(
        JOIN,
        Duration.ofSeconds(context.get(RankSettings.HEARTBEAT_SECONDS)),
        Duration.ofSeconds(context.get(RankSettings.STEP_SECONDS)));
  }

  /**
   * What the ranks are told.
   *
   * @param port of the coordinator
   * @param run its secret
   */
  static RankTask.Settings told(JobContext context, RankLayout layout, int port, String run) {
    return new RankTask.Settings(
        context.spark().sparkContext().conf().get("spark.driver.host"),
        port,
        run,
        context.get(ModelSettings.DEVICE),
        layout.perExecutor(),
        context.get(RankSettings.EXCHANGE_PRECISION),
        context.get(RankSettings.DRIFT_STEPS));
  }

  private InetAddress bindAddress() throws UnknownHostException {
    return InetAddress.getByName(
        spark.conf().get("spark.driver.bindAddress", spark.conf().get("spark.driver.host")));
  }

  /** Turns what happens to the ranks into what Spark and the user are told. */
  private final class Watcher implements RankCoordinator.Watcher {
    private final TrainingListener listener;
    private final String group;

    Watcher(TrainingListener listener, String group) {
      this.listener = listener;
      this.group = group;
    }

    @Override
    public synchronized void onEvent(String kind, JsonNode event) {
      RankEvents.deliver(kind, event, listener);
    }

    @Override
    public void onAttemptLost(String reason) {
      context.console().tell("%s: %s".formatted(context.command(), reason));
    }

    @Override
    public void onHung(RankIdentity rank) {
      spark.killAndReplaceExecutor(rank.executor());
    }

    @Override
    public void onFatal(RuntimeException failure) {
      spark.cancelJobGroup(group, failure.getMessage());
    }
  }
}
