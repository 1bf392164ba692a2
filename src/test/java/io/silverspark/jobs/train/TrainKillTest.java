package io.silverspark.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.silverspark.DriverProcess;
import io.silverspark.NarrowModel;
import io.silverspark.SparkFixture;
import io.silverspark.jobs.JobRun;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.stage.StageRecord;
import io.silverspark.jobs.table.ModelsTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Kills the process of {@code train-bi} with SIGKILL while it trains and while it saves. */
@Tag("cluster")
@Timeout(1800)
@ExtendWith(SparkFixture.class)
class TrainKillTest {
  private static final int PAIRS = 400;
  private static final int KILLED_IN_TRAINING = 3;

  /** Random moments; another seed finds other ones. */
  private final Random moments = new Random(Long.getLong("kill.seed", 1));

  @Test
  void trainBi_killedAgainAndAgain_endsWithTheModelOfAnUndisturbedRun(
      SparkSession spark, @TempDir Path directory) throws Exception {
    JobRun undisturbed = prepared(spark, directory.resolve("undisturbed"));
    undisturbed.run("train-bi", new TrainBiJob(), settings());
    JobRun run = prepared(spark, directory.resolve("killed"));

    Path output = directory.resolve("output.txt");
    for (int kill = 0; kill < KILLED_IN_TRAINING; kill++) {
      long newest = newestCheckpoint(run);
      killWhen(run, output, () -> newestCheckpoint(run) > newest);
      assertThat(model(run)).as("the model while training was killed").doesNotExist();
    }
    killWhen(run, output, () -> Files.exists(model(run)));

    Process last = trainBi(run, output);
    assertThat(last.waitFor(5, TimeUnit.MINUTES)).isTrue();
    assertThat(last.exitValue()).as(Files.readString(output)).isZero();
    assertThat(Files.readAllBytes(model(run))).isEqualTo(Files.readAllBytes(model(undisturbed)));
    assertThat(losses(spark, run)).hasSize(300).isEqualTo(losses(spark, undisturbed));
    assertThat(models(run)).isNotEmpty().isEqualTo(models(undisturbed));
    assertThat(halfWritten(run)).isEmpty();
  }

  private static JobRun prepared(SparkSession spark, Path directory) {
    JobRun run = new JobRun(spark, directory);
    GoldRows.write(run, PAIRS, 6);
    return run;
  }

  private static String[] settings() {
    return GoldRows.settings("train.epochs=6", "train.checkpointSteps=20");
  }

  private static Path model(JobRun run) {
    return run.directory().resolve("models/gold/model.safetensors");
  }

  /** Of all steps in the report's curve. */
  private static List<String> losses(SparkSession spark, JobRun run) {
    JobContext context = SparkFixture.context(spark, "report", "run.dir=" + run.directory());
    StageRecord record = StageRecord.last(context, "train-bi-gold").orElseThrow();
    return TrainingDetails.curve(record).steps().stream()
        .map(step -> step.step() + " " + step.loss())
        .toList();
  }

  /** Step of the newest checkpoint; 0 without one. */
  private static long newestCheckpoint(JobRun run) {
    return files(run.directory().resolve("checkpoints"))
        .map(file -> file.getFileName().toString())
        .filter(name -> name.startsWith("checkpoint-"))
        .mapToLong(name -> Long.parseLong(name.substring("checkpoint-".length())))
        .max()
        .orElse(0);
  }

  private static List<Path> halfWritten(JobRun run) {
    return files(run.directory().resolve("models"))
        .filter(file -> file.getFileName().toString().contains(".partial"))
        .toList();
  }

  private static Stream<Path> files(Path directory) {
    if (!Files.exists(directory)) {
      return Stream.of();
    }
    try (Stream<Path> files = Files.walk(directory)) {
      return files.toList().stream();
    } catch (IOException | UncheckedIOException vanished) {
      return Stream.of();
    }
  }

  /** Starts the job, waits until something has happened and a little longer, and kills it. */
  private void killWhen(JobRun run, Path output, BooleanSupplier happened) throws Exception {
    Process process = trainBi(run, output);
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
    while (!happened.getAsBoolean()) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        process.destroyForcibly();
        throw new AssertionError("ended before its time: " + Files.readString(output));
      }
      Thread.sleep(5);
    }
    Thread.sleep(moments.nextInt(100));
    process.destroyForcibly().waitFor();
  }

  private static Process trainBi(JobRun run, Path output) throws IOException {
    List<String> all = new ArrayList<>(List.of(settings()));
    all.add("run.dir=" + run.directory());
    all.add("model.base=" + NarrowModel.directory()); // as JobRun has it
    all.add("spark.master=\"local[1]\"");
    all.add("spark.conf.\"spark.ui.enabled\"=false");
    all.add("spark.conf.\"spark.databricks.delta.snapshotPartitions\"=1");
    return DriverProcess.start("train-bi", all, Map.of(), output);
  }

  /** Names and kinds of the models that are on record. */
  private static List<String> models(JobRun run) {
    return run.table(ModelsTable.DEFINITION).read().select("name", "kind").toJSON().collectAsList();
  }
}
