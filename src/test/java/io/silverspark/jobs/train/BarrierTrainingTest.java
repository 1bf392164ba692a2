package io.silverspark.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.silverspark.StandaloneCluster;
import io.silverspark.jobs.JobRun;
import io.silverspark.jobs.table.ModelsTable;
import io.silverspark.model.error.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two executors in processes of their own, each with one core. */
@Tag("cluster")
@Timeout(240)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class BarrierTrainingTest {
  private static final int PAIRS = 400;

  private Path directory;
  private StandaloneCluster cluster;
  private byte[] undisturbed;

  @BeforeAll
  void start(@TempDir Path temporary) throws Exception {
    directory = temporary;
    cluster = StandaloneCluster.start(temporary, 2);
  }

  @AfterAll
  void stop() throws Exception {
    cluster.close();
  }

  private JobRun prepared(String name) {
    JobRun run = new JobRun(cluster.session(), directory.resolve(name));
    GoldRows.write(run, PAIRS, 6);
    return run;
  }

  private static String train(JobRun run, String... more) {
    String[] settings = GoldRows.settings("train.ranks=2", "train.heartbeatSeconds=8");
    String[] all =
        Stream.concat(Arrays.stream(settings), Arrays.stream(more)).toArray(String[]::new);
    return run.run("train-bi", new TrainBiJob(), all);
  }

  private static byte[] model(JobRun run) throws IOException {
    return Files.readAllBytes(run.directory().resolve("models/gold/model.safetensors"));
  }

  @Test
  @Order(1)
  void trainBi_twoExecutors_leaveAModelAndTheCostOfAStep() throws Exception {
    JobRun run = prepared("undisturbed");
    assertThat(train(run)).contains("communication").doesNotContain("goes on");
    undisturbed = model(run);
    assertThat(run.rows(ModelsTable.DEFINITION).toString())
        .contains("waiting seconds a step")
        .contains("STS validation Spearman");
    assertThat(DisturbedTraining.isCommitted(run.directory().resolve("checkpoints"))).isFalse();
  }

  @Test
  @Order(2)
  void trainBi_executorKilled_goesOnFromTheCheckpointToTheSameWeights() throws Exception {
    disturbed("killed", "KILL", "is gone");
  }

  @Test
  @Order(3)
  void trainBi_executorHangs_isNoticedReplacedAndEndsWithTheSameWeights() throws Exception {
    disturbed("hung", "STOP", "sent no heartbeat for 8 s");
  }

  private void disturbed(String name, String signal, String noticed) throws Exception {
    JobRun run = prepared(name);
    String told = DisturbedTraining.run(cluster, run, signal, () -> train(run));
    assertThat(told).contains(noticed).contains("resumes from the checkpoint of step");
    assertThat(model(run)).isEqualTo(undisturbed);
  }

  @Test
  @Order(4)
  void trainBi_moreRanksThanExecutors_saysSoInTime() {
    JobRun run = prepared("crowded");
    long begin = System.nanoTime();
    assertThatThrownBy(() -> train(run, "train.ranks=3"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("train.ranks = 3 needs as many executors, found 2");
    assertThat(System.nanoTime() - begin).isLessThan(TimeUnit.SECONDS.toNanos(35));
  }

  @Test
  @Order(5)
  void trainBi_learningRateTooHigh_isTheUsersMistakeAndNotTriedAgain() {
    JobRun run = prepared("diverged");
    assertThatThrownBy(() -> train(run, "train.learningRate=1e30", "train.warmupRatio=0"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("training stopped at step")
        .hasMessageContaining("lower the learning rate");
  }

  @Test
  @Order(6)
  void trainCross_twoExecutors_leaveACrossEncoder() {
    JobRun run = prepared("cross");
    run.run("train-cross", new TrainCrossJob(), GoldRows.settings("train.ranks=2"));
    assertThat(run.directory().resolve("models/cross/model.safetensors")).exists();
  }
}
