package io.silverspark.jobs.mine;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.xxhash64;
import static org.assertj.core.api.Assertions.assertThat;

import io.silverspark.DriverProcess;
import io.silverspark.NarrowModel;
import io.silverspark.SparkFixture;
import io.silverspark.jobs.JobRun;
import io.silverspark.jobs.table.CandidatePairsTable;
import io.silverspark.jobs.table.PairsTable;
import io.silverspark.jobs.table.StableId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills processes of {@code mine --follow} in the middle of a batch, and starts two at once. {@code
 * -Dkill.drivers=5} kills more, {@code -Dkill.seed} chooses other moments.
 */
@Tag("cluster")
@ExtendWith(SparkFixture.class)
class FollowKillTest {
  private static final int PAIRS = 200;
  private static final int DRIVERS_KILLED = Integer.getInteger("kill.drivers", 2);

  private final Random moments = new Random(Long.getLong("kill.seed", 1));

  @TempDir Path directory;

  private SparkSession spark;

  @Test
  void mine_killedInABatchAndStartedTwice_endsAsUndisturbed(SparkSession session) throws Exception {
    spark = session;
    JobRun undisturbed = new JobRun(session, directory.resolve("undisturbed"));
    JobRun killed = new JobRun(session, directory.resolve("killed"));
    arrive(undisturbed, 0);
    arrive(killed, 0);
    toItsEnd(undisturbed, "whole-0");

    for (int attempt = 0; attempt < DRIVERS_KILLED; attempt++) {
      Path output = directory.resolve("killed-" + attempt + ".txt");
      Process driver = driver(killed, output, "always");
      try {
        awaitBatch(killed, 0, driver, output);
        Thread.sleep(moments.nextInt(3000));
      } finally {
        driver.destroyForcibly().waitFor(1, TimeUnit.MINUTES);
      }
    }
    assertThat(commit(killed, 0)).as("killed before the end of the batch").doesNotExist();
    toItsEnd(killed, "restarted");

    arrive(undisturbed, 1);
    arrive(killed, 1);
    toItsEnd(undisturbed, "whole-1");
    Process one = driver(killed, directory.resolve("one.txt"), "available");
    Process other = driver(killed, directory.resolve("other.txt"), "available");
    List<Integer> codes = List.of(ended(one), ended(other));
    String told =
        Files.readString(directory.resolve("one.txt"))
            + Files.readString(directory.resolve("other.txt"));
    assertThat(codes).as(told).contains(0).allMatch(code -> code == 0 || code == 2);
    if (codes.contains(2)) {
      assertThat(told).contains("another 'mine --follow' works with the checkpoint");
    }
    toItsEnd(killed, "last");

    assertThat(rows(killed)).hasSizeGreaterThan(PAIRS).isEqualTo(rows(undisturbed));
    assertThat(killed.rows(CandidatePairsTable.DEFINITION))
        .hasSizeGreaterThan(PAIRS)
        .isEqualTo(undisturbed.rows(CandidatePairsTable.DEFINITION));
  }

  private void arrive(JobRun run, int batch) {
    run.table(PairsTable.DEFINITION)
        .append(
            spark
                .range((long) batch * PAIRS, (batch + 1L) * PAIRS)
                .select(
                    col("id").as("row"),
                    lit("train").as("split"),
                    lit(null).as("key"),
                    lit("test").as("source"),
                    concat(lit("When does bus "), col("id"), lit(" leave?")).as("anchor"),
                    concat(lit("It leaves depot "), col("id"), lit(" at noon.")).as("positive"))
                .withColumn(
                    "id",
                    xxhash64(StableId.of(col("split"), col("anchor"), col("positive")), lit(1))),
            "test",
            batch,
            Map.of());
  }

  private static Path commit(JobRun run, int batch) {
    return checkpoint(run).resolve("commits/" + batch);
  }

  private static Path checkpoint(JobRun run) {
    return run.directory().resolve("mined/_checkpoints/mine");
  }

  private static void awaitBatch(JobRun run, int batch, Process driver, Path output)
      throws Exception {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(4);
    while (!Files.exists(checkpoint(run).resolve("offsets/" + batch))
        || !Files.readString(output).contains("the corpus has")) {
      if (!driver.isAlive() || System.nanoTime() > deadline) {
        throw new AssertionError("no batch: " + Files.readString(output));
      }
      Thread.sleep(20);
    }
  }

  private void toItsEnd(JobRun run, String name) throws Exception {
    Path output = directory.resolve(name + ".txt");
    assertThat(ended(driver(run, output, "available"))).as(Files.readString(output)).isZero();
  }

  private static int ended(Process driver) throws Exception {
    try {
      assertThat(driver.waitFor(5, TimeUnit.MINUTES)).isTrue();
      return driver.exitValue();
    } finally {
      driver.destroyForcibly();
    }
  }

  private static Process driver(JobRun run, Path output, String mode) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("mine", "--follow", mode));
    for (String setting :
        List.of(
            "run.dir=" + run.directory(),
            "mine.output=" + run.directory().resolve("mined"),
            "mine.corpus=positives",
            "model.base=" + NarrowModel.directory(),
            "model.precision=fp32",
            "gold.source=pairs",
            "spark.master=local[1]",
            "spark.conf.\"spark.ui.enabled\"=false",
            "spark.conf.\"spark.sql.shuffle.partitions\"=1",
            "spark.conf.\"spark.databricks.delta.snapshotPartitions\"=1")) {
      arguments.addAll(List.of("--set", setting));
    }
    return DriverProcess.builder(DriverProcess.CLASS_PATH, arguments)
        .redirectOutput(output.toFile())
        .start();
  }

  private List<String> rows(JobRun run) {
    return spark
        .read()
        .format("delta")
        .load(run.directory().resolve("mined").toString())
        .toJSON()
        .collectAsList()
        .stream()
        .sorted()
        .toList();
  }
}
