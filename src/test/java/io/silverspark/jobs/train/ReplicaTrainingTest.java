package io.silverspark.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.silverspark.NarrowModel;
import io.silverspark.StandaloneCluster;
import io.silverspark.jobs.JobRun;
import io.silverspark.model.error.UserException;
import io.silverspark.model.files.ModelDirectory;
import io.silverspark.model.files.Safetensors;
import io.silverspark.model.files.TensorData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two executors in processes of their own, each with two replicas: four ranks. */
@Tag("cluster")
@Timeout(240)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReplicaTrainingTest {
  private Path directory;
  private StandaloneCluster cluster;

  @BeforeAll
  void start(@TempDir Path temporary) throws Exception {
    directory = temporary;
    cluster = StandaloneCluster.startWide(temporary, 2, 2);
  }

  @AfterAll
  void stop() throws Exception {
    cluster.close();
  }

  private JobRun prepared(String name, int pairs) {
    JobRun run = new JobRun(cluster.session(), directory.resolve(name));
    GoldRows.write(run, pairs, 6);
    return run;
  }

  private static String train(JobRun run, String... more) {
    String[] all =
        Stream.concat(Arrays.stream(GoldRows.settings()), Arrays.stream(more))
            .toArray(String[]::new);
    return run.run("train-bi", new TrainBiJob(), all);
  }

  private static Map<String, TensorData> model(JobRun run) {
    return Safetensors.read(run.directory().resolve("models/gold/model.safetensors"));
  }

  private Map<String, TensorData> withoutDropout(String name, String... settings)
      throws IOException {
    Path base = directory.resolve(name + "-base");
    ModelDirectory.write(NarrowModel.files(0), base, "");
    JobRun run = prepared(name, 80);
    train(
        run,
        Stream.concat(
                Stream.of("model.base=" + base, "train.learningRate=1e-3"), Arrays.stream(settings))
            .toArray(String[]::new));
    return model(run);
  }

  private static double difference(
      Map<String, TensorData> found, Map<String, TensorData> expected) {
    assertThat(found.keySet()).isEqualTo(expected.keySet());
    double largest = 0;
    for (Map.Entry<String, TensorData> weight : expected.entrySet()) {
      float[] values = found.get(weight.getKey()).floats();
      float[] others = weight.getValue().floats();
      for (int i = 0; i < values.length; i++) {
        largest = Math.max(largest, Math.abs(values[i] - others[i]));
      }
    }
    return largest;
  }

  @Test
  void trainBi_twoExecutorsOfTwoReplicas_equalOneRankAfterTwentySteps() throws Exception {
    Map<String, TensorData> one = withoutDropout("one", "train.ranks=1");
    Map<String, TensorData> four =
        withoutDropout("four", "train.ranks=4", "train.ranksPerExecutor=2");
    Map<String, TensorData> inBf16 =
        withoutDropout(
            "four-bf16",
            "train.ranks=4",
            "train.ranksPerExecutor=2",
            "train.exchangePrecision=bf16");
    assertThat(difference(four, one)).isLessThan(1e-4);
    assertThat(difference(NarrowModel.files(0).weights(), one)).isGreaterThan(1e-3);
    assertThat(difference(inBf16, four)).isNotZero().isCloseTo(0, within(2e-2));
  }

  @Test
  void trainBi_executorKilled_itsReplicasGoOnFromTheCheckpointToTheSameWeights() throws Exception {
    String[] settings = {"train.ranks=4", "train.ranksPerExecutor=2", "train.heartbeatSeconds=8"};
    JobRun undisturbed = prepared("undisturbed", 240);
    assertThat(train(undisturbed, settings)).contains("communication").doesNotContain("goes on");
    JobRun killed = prepared("killed", 240);
    String told = DisturbedTraining.run(cluster, killed, "KILL", () -> train(killed, settings));
    assertThat(told)
        .containsPattern("the process of ranks (0 to 1|2 to 3) \\(executor .*, cpu\\) is gone")
        .contains("resumes from the checkpoint of step");
    assertThat(difference(model(killed), model(undisturbed))).isZero();
  }

  @Test
  void trainBi_moreReplicasThanCores_saysSo() {
    JobRun run = prepared("crowded", 16);
    assertThatThrownBy(() -> train(run, "train.ranks=6", "train.ranksPerExecutor=3"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("3 ranks in each executor need a core each, found executors of 2")
        .hasMessageContaining("spark.executor.cores = 3 or more");
  }

  @Test
  void trainBi_moreExecutorsThanThereAre_saysSo() {
    JobRun run = prepared("missing", 16);
    assertThatThrownBy(() -> train(run, "train.ranks=6", "train.ranksPerExecutor=2"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(
            "train.ranks = 6 needs 3 executors, found 2 executors with room for 4 ranks");
  }
}
