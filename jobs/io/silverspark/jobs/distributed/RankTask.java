package io.silverspark.jobs.distributed;

import io.silverspark.model.checkpoint.CheckpointStore;
import io.silverspark.model.distributed.GradientFormat;
import io.silverspark.model.distributed.LocalRanks;
import io.silverspark.model.distributed.RankCoordinator;
import io.silverspark.model.distributed.RankIdentity;
import io.silverspark.model.distributed.RankSession;
import io.silverspark.udfs.serving.JavaSerialized;
import io.silverspark.udfs.serving.ShippedDirectory;
import io.silverspark.udfs.serving.TaskDevice;
import java.io.IOException;
import java.io.Serializable;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.broadcast.Broadcast;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractFunction1;

/**
 * The ranks of an executor as a barrier task: it joins, they train, and the first executor commits
 * what came out of rank 0.
 */
final class RankTask extends AbstractFunction1<Iterator<Integer>, Iterator<Integer>>
    implements Serializable {
  private static final long serialVersionUID = 1;

  private final Broadcast<JavaSerialized<RankedTraining>> training;
  private final Broadcast<ShippedDirectory> model;
  private final Settings settings;

  /**
   * What ranks are told besides training and model.
   *
   * @param driverHost host of the coordinator
   * @param driverPort port of the coordinator
   * @param run its secret
   * @param device {@code cpu}, {@code cuda} or {@code cuda:N}
   * @param replicas ranks of each executor
   * @param exchange number format of gradients between executors
   * @param driftSteps between comparisons of the weights
   */
  record Settings(
      String driverHost,
      int driverPort,
      String run,
      String device,
      int replicas,
      GradientFormat exchange,
      int driftSteps)
      implements Serializable {}

  RankTask(
      Broadcast<JavaSerialized<RankedTraining>> training,
      Broadcast<ShippedDirectory> model,
      Settings settings) {
    this.training = training;
    this.model = model;
    this.settings = settings;
  }

  @Override
  public Iterator<Integer> apply(Iterator<Integer> unused) {
    BarrierTaskContext task = BarrierTaskContext.get();
    RankIdentity identity = identity(task);
    InetSocketAddress driver = new InetSocketAddress(settings.driverHost(), settings.driverPort());
    try (RankSession session = RankSession.join(driver, identity, settings.exchange())) {
      try {
        train(session, identity, task.cpus());
        session.done();
      } catch (Exception | Error failure) {
        throw session.failed(failure);
      }
    }
    return CollectionConverters.asScala(List.of(identity.process()).iterator());
  }

  private RankIdentity identity(BarrierTaskContext task) {
    SparkEnv environment = SparkEnv.get();
    return new RankIdentity(
        settings.run(),
        task.stageAttemptNumber(),
        task.partitionId(),
        environment.executorId(),
        environment.blockManager().blockManagerId().host(),
        TaskDevice.resolve(settings.device(), settings.replicas()));
  }

  private void train(RankSession session, RankIdentity identity, int cores) throws IOException {
    try (TemporaryDirectory directory = TemporaryDirectory.create("silverspark-rank")) {
      Path store = directory.newChild("checkpoints");
      session.fetchCheckpoint(store);
      CheckpointStore checkpoints = new CheckpointStore(store, session::commit);
      Path result = directory.newChild("result");
      int threads = Math.max(1, cores / settings.replicas());
      LocalRanks.run(
          settings.replicas(),
          session.collective(),
          replica -> {
            String device = identity.devices().get(replica.place());
            RankedTraining.Place place =
                new RankedTraining.Place(replica, device, threads, settings.driftSteps());
            return training
                .value()
                .value()
                .trainAsRank(
                    model.value().path(), result, place, checkpoints, new RankEvents(session));
          });
      if (identity.process() == 0) {
        session.commit(result, RankCoordinator.RESULT);
      }
    }
  }
}
