package io.silverspark.jobs.label;

import static org.assertj.core.api.Assertions.assertThat;

import io.silverspark.DriverProcess;
import io.silverspark.NarrowModel;
import io.silverspark.SparkFixture;
import io.silverspark.jobs.JobRun;
import io.silverspark.jobs.table.CandidatePairsTable;
import io.silverspark.jobs.table.QuarantineTable;
import io.silverspark.jobs.table.SilverPairsTable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills the processes of {@code label} with SIGKILL while it works: drivers one after the other,
 * each with an executor in a JVM of its own, which is killed first. {@code -Dkill.drivers=5} makes
 * that ten kills, {@code -Dkill.seed} chooses other moments.
 */
@Tag("cluster")
@ExtendWith(SparkFixture.class)
class LabelKillTest {
  private static final int PAIRS = 400;
  private static final int CHUNK = 20;
  private static final int BLANK = 5;
  private static final int DRIVERS_KILLED = Integer.getInteger("kill.drivers", 2);
  private static final Pattern GOES_ON = Pattern.compile("continues after (\\d+) of 400 pairs");

  /** Random moments; another seed finds other ones. */
  private final Random moments = new Random(Long.getLong("kill.seed", 1));

  private static JobRun prepared(SparkSession spark, Path directory) throws Exception {
    JobRun run = new JobRun(spark, directory);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < PAIRS; i++) {
      String first =
          i % (PAIRS / BLANK) == 7
              ? " "
              : "Bus " + i + " leaves the depot." + " Late".repeat(i % 13);
      String second = "The depot of bus " + i % 7 + " is closed.";
      rows.add(RowFactory.create((long) i, first, second, "neighbour", 0.5f, i / CHUNK));
    }
    run.write(CandidatePairsTable.DEFINITION, rows, 1);
    NarrowModel.saveCrossEncoder(directory.resolve("models/cross"), 3);
    return run;
  }

  @Test
  void label_killedAgainAndAgain_endsAsUndisturbed(SparkSession spark, @TempDir Path directory)
      throws Exception {
    JobRun undisturbed = prepared(spark, directory.resolve("undisturbed"));
    undisturbed.run("label", new LabelJob());
    JobRun run = prepared(spark, directory.resolve("killed"));
    run.table(SilverPairsTable.DEFINITION).createIfAbsent();
    long done = 0;

    for (int attempt = 0; attempt < DRIVERS_KILLED; attempt++) {
      Path output = directory.resolve("driver-" + attempt + ".txt");
      Process driver = driver(run, output);
      try {
        awaitCommits(run, 1, driver, output);
        killExecutor(driver);
        awaitCommits(run, 1, driver, output);
        Thread.sleep(moments.nextInt(1500));
      } finally {
        kill(driver);
      }
      assertNothingRepeated(output, done);
      done = committed(run);
      assertThat(done).as("pairs done when driver %d was killed", attempt).isLessThan(PAIRS);
    }
    Path output = directory.resolve("last.txt");
    Process last = driver(run, output);
    try {
      assertThat(last.waitFor(10, TimeUnit.MINUTES)).isTrue();
      assertThat(last.exitValue()).as(Files.readString(output)).isZero();
    } finally {
      kill(last);
    }
    assertNothingRepeated(output, done);
    assertThat(run.rows(SilverPairsTable.DEFINITION))
        .hasSize(PAIRS - BLANK)
        .isEqualTo(undisturbed.rows(SilverPairsTable.DEFINITION));
    assertThat(run.rows(QuarantineTable.DEFINITION))
        .hasSize(BLANK)
        .isEqualTo(undisturbed.rows(QuarantineTable.DEFINITION));
  }

  /** A driver goes on after all that was committed, so what it repeats was in no commit. */
  private static void assertNothingRepeated(Path output, long done) throws Exception {
    Matcher told = GOES_ON.matcher(Files.readString(output));
    long after = told.find() ? Long.parseLong(told.group(1)) : 0;
    assertThat(after).as(Files.readString(output)).isEqualTo(done);
  }

  private static long committed(JobRun run) {
    long refused =
        run.table(QuarantineTable.DEFINITION).exists()
            ? run.table(QuarantineTable.DEFINITION).count()
            : 0;
    return run.table(SilverPairsTable.DEFINITION).count() + refused;
  }

  /** Looks at Delta's log alone: counting rows would take the processor from the driver. */
  private static void awaitCommits(JobRun run, int more, Process driver, Path output)
      throws Exception {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(4);
    long versions = versions(run) + more;
    while (versions(run) < versions) {
      if (!driver.isAlive() || System.nanoTime() > deadline) {
        throw new AssertionError("no commit: " + Files.readString(output));
      }
      Thread.sleep(50);
    }
  }

  private static long versions(JobRun run) throws Exception {
    Path log = run.directory().resolve("tables/silver_pairs/_delta_log");
    try (Stream<Path> files = Files.list(log)) {
      return files.filter(file -> file.toString().endsWith(".json")).count();
    }
  }

  private void killExecutor(Process driver) throws Exception {
    Thread.sleep(moments.nextInt(1000));
    List<ProcessHandle> executors = driver.children().toList(); // the only ones
    assertThat(executors).isNotEmpty();
    executors.forEach(ProcessHandle::destroyForcibly);
  }

  private static void kill(Process driver) throws Exception {
    List<ProcessHandle> executors = driver.descendants().toList();
    driver.destroyForcibly().waitFor(1, TimeUnit.MINUTES);
    executors.forEach(ProcessHandle::destroyForcibly);
  }

  private static Process driver(JobRun run, Path output) throws Exception {
    Path home = run.directory().resolve("spark-home");
    Files.createDirectories(home.resolve("jars"));
    Map<String, String> environment =
        Map.of("SPARK_HOME", home.toString(), "SPARK_SCALA_VERSION", "2.13");
    return DriverProcess.start("label", settings(run), environment, output);
  }

  private static List<String> settings(JobRun run) {
    String prefix = "spark.conf.\"spark.";
    return List.of(
        "run.dir=" + run.directory(),
        "spark.master=\"local-cluster[1,1,900]\"",
        prefix + "executor.memory\"=800m",
        prefix + "executorEnv.SPARK_SCALA_VERSION\"=\"2.13\"",
        prefix + "executor.extraClassPath\"=\"" + DriverProcess.CLASS_PATH + "\"",
        prefix
            + "executor.extraJavaOptions\"=\"-XX:+UseSerialGC -XX:TieredStopAtLevel=1"
            + " -Dai.djl.offline=true\"",
        prefix + "ui.enabled\"=false",
        prefix + "sql.shuffle.partitions\"=1",
        prefix + "default.parallelism\"=1",
        prefix + "databricks.delta.snapshotPartitions\"=1");
  }
}
