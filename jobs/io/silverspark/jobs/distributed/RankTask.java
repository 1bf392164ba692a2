package io.silverspark.jobs.distributed;

import io.silverspark.model.checkpoint.CheckpointStore;
import io.silverspark.model.distributed.Collective;
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

/** One rank as a barrier task: joins, trains, and, as rank 0, commits what came out. */
final class RankTask extends AbstractFunction1<Iterator<Integer>, Iterator<Integer>>
    implements Serializable {
  private static final long serialVersionUID = 1;

  private final Broadcast<JavaSerialized<RankedTraining>> training;
  private final Broadcast<ShippedDirectory> model;
  private final Settings settings;

  /**
   * What a rank is told besides training and model.
   *
   * @param driverHost host of the coordinator
   * @param driverPort port of the coordinator
   * @param run its secret
   * @param device {@code cpu}, {@code cuda} or {@code cuda:N}
   * @param driftSteps between comparisons of the weights
   */
  record Settings(String driverHost, int driverPort, String run, String device, int driftSteps)
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
    try (RankSession session = RankSession.join(driver, identity)) {
      try {
        train(session, identity, task.cpus());
        session.done();
      } catch (Exception | Error failure) {
        throw session.failed(failure);
      }
    }
    return CollectionConverters.asScala(List.of(identity.rank()).iterator());
  }

  private RankIdentity identity(BarrierTaskContext task) {
    SparkEnv environment = SparkEnv.get();
    return new RankIdentity(
        settings.run(),
        task.stageAttemptNumber(),
        task.partitionId(),
        environment.executorId(),
        environment.blockManager().blockManagerId().host(),
        TaskDevice.resolve(settings.device()));
  }

  private void train(RankSession session, RankIdentity identity, int cores) throws IOException {
    Collective collective = session.collective();
    try (TemporaryDirectory directory = TemporaryDirectory.create("silverspark-rank")) {
      Path store = directory.newChild("checkpoints");
      session.fetchCheckpoint(store);
      CheckpointStore checkpoints = new CheckpointStore(store, session::commit);
      Path result = directory.newChild("result");
      training
          .value()
          .value()
          .trainAsRank(
              model.value().path(),
              result,
              new RankedTraining.Place(collective, identity.device(), cores, settings.driftSteps()),
              checkpoints,
              new RankEvents(session));
      if (identity.rank() == 0) {
        session.commit(result, RankCoordinator.RESULT);
      }
    }
  }
}
