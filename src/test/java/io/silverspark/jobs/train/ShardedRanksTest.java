package io.silverspark.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.silverspark.StandaloneCluster;
import io.silverspark.jobs.JobRun;
import io.silverspark.jobs.run.Job;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two executors in processes of their own tokenise the rows, and train on what they wrote. */
@Tag("cluster")
@Timeout(480)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ShardedRanksTest {
  private static final int PAIRS = 400;

  private Path directory;
  private StandaloneCluster cluster;

  private enum Training {
    BI("train-bi", "gold", new TrainBiJob()),
    CROSS("train-cross", "cross", new TrainCrossJob());

    private final String command;
    private final String model;
    private final Job job;

    Training(String command, String model, Job job) {
      this.command = command;
      this.model = model;
      this.job = job;
    }
  }

  @BeforeAll
  void start(@TempDir Path temporary) throws Exception {
    directory = temporary;
    cluster = StandaloneCluster.start(temporary, 2);
  }

  @AfterAll
  void stop() throws Exception {
    cluster.close();
  }

  @ParameterizedTest
  @EnumSource
  void train_executorKilled_goesOnOverTheShardsToTheWeightsOfAnUndisturbedRun(Training training)
      throws Exception {
    JobRun undisturbed = prepared(training + "-undisturbed");
    assertThat(train(undisturbed, training))
        .contains("tokenised now")
        .containsPattern("examples in [4-9] shards")
        .doesNotContain("resumes from");
    List<String> shards = shards(undisturbed);

    JobRun killed = prepared(training + "-killed");
    String told = DisturbedTraining.run(cluster, killed, "KILL", () -> train(killed, training));
    assertThat(told).contains("is gone").contains("resumes from the checkpoint of step");
    assertThat(shards(killed)).as("whoever wrote them").isEqualTo(shards);
    assertThat(model(killed, training)).isEqualTo(model(undisturbed, training));
  }

  private JobRun prepared(String name) {
    JobRun run = new JobRun(cluster.session(), directory.resolve(name));
    GoldRows.write(run, PAIRS, 6);
    return run;
  }

  private static String train(JobRun run, Training training) {
    return run.run(
        training.command,
        training.job,
        GoldRows.settings(
            "train.ranks=2",
            "train.heartbeatSeconds=8",
            "train.rowsInMemory=0",
            "train.shardRows=100",
            "cross.epochs=2",
            "cross.checkpointSteps=4"));
  }

  private static byte[] model(JobRun run, Training training) throws IOException {
    return Files.readAllBytes(
        run.directory().resolve("models").resolve(training.model).resolve("model.safetensors"));
  }

  /** The manifests without the digests of tables, which are other ones in each run. */
  private static List<String> shards(JobRun run) throws IOException {
    try (var files = Files.walk(run.directory().resolve("tables/training-examples"))) {
      Path manifest = files.filter(file -> file.endsWith("shards.json")).findFirst().orElseThrow();
      return Files.readAllLines(manifest).stream()
          .filter(line -> line.contains("crc32c") || line.contains("\"file\""))
          .toList();
    }
  }
}
