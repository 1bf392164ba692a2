package io.silverspark.jobs.label;

import static org.assertj.core.api.Assertions.assertThat;

import io.silverspark.NarrowModel;
import io.silverspark.SparkFixture;
import io.silverspark.jobs.Commands;
import io.silverspark.jobs.JobRun;
import io.silverspark.jobs.table.CandidatePairsTable;
import io.silverspark.jobs.table.QuarantineTable;
import io.silverspark.jobs.table.SilverPairsTable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Candidate pairs that come in several commits. */
@Tag("cluster")
@ExtendWith(SparkFixture.class)
class FollowedLabelsTest {
  private static final int PAIRS = 6;

  @TempDir Path directory;

  @Test
  void pairs_asTheyCome_haveTheLabelsOfOneRun(SparkSession spark) throws Exception {
    JobRun run = new JobRun(spark, directory.resolve("followed"));
    JobRun once = new JobRun(spark, directory.resolve("once"));
    NarrowModel.saveCrossEncoder(run.directory().resolve("models/cross"), 3);
    NarrowModel.saveCrossEncoder(once.directory().resolve("models/cross"), 3);
    run.table(CandidatePairsTable.DEFINITION).createIfAbsent();
    Commands none = follow(run, "available");
    assertThat(none.code()).as(none.err()).isZero();
    assertThat(none.err()).contains("label: there are no candidate pairs yet");

    add(spark, run, 0);
    assertThat(follow(run, "available").err())
        .contains("label: 5 silver pairs, 1 pairs in quarantine");
    long version = run.table(SilverPairsTable.DEFINITION).version();
    assertThat(follow(run, "available").err()).contains("label: up to date");
    assertThat(run.table(SilverPairsTable.DEFINITION).version()).isEqualTo(version);

    add(spark, run, 1);
    assertThat(follow(run, "available").err())
        .contains("continues after 6 of 12 pairs")
        .contains("label: 10 silver pairs, 2 pairs in quarantine");
    add(spark, once, 0);
    add(spark, once, 1);
    once.run("label", new LabelJob());
    assertThat(run.rows(SilverPairsTable.DEFINITION))
        .hasSize(10)
        .isEqualTo(once.rows(SilverPairsTable.DEFINITION));
    assertThat(run.rows(QuarantineTable.DEFINITION))
        .hasSize(2)
        .isEqualTo(once.rows(QuarantineTable.DEFINITION));
  }

  @Test
  void always_labelsWhatComesUntilItIsStopped(SparkSession spark) throws Exception {
    JobRun run = new JobRun(spark, directory.resolve("followed"));
    NarrowModel.saveCrossEncoder(run.directory().resolve("models/cross"), 3);
    add(spark, run, 0);
    Thread follower = new Thread(() -> follow(run, "always", "--interval", "0"));
    follower.start();
    try {
      await(run, 5);
      add(spark, run, 1);
      await(run, 10);
    } finally {
      follower.interrupt();
      follower.join(TimeUnit.MINUTES.toMillis(1));
    }
    assertThat(follower.isAlive()).isFalse();
  }

  @Test
  void interval_withoutFollow_isRefused(SparkSession spark) {
    Commands result =
        Commands.run(
            new LabelJob(), "--interval", "3", "--set", "run.dir=" + directory.resolve("run"));
    assertThat(result.err()).contains("--interval is read with --follow always only: leave it out");
    assertThat(result.code()).isEqualTo(2);
  }

  private static void await(JobRun run, long rows) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
    while (!run.table(SilverPairsTable.DEFINITION).exists()
        || run.table(SilverPairsTable.DEFINITION).count() < rows) {
      assertThat(System.nanoTime()).as("%d rows in time", rows).isLessThan(deadline);
      Thread.sleep(200);
    }
    Thread.sleep(1000); // the turn ends with its record
  }

  private static void add(SparkSession spark, JobRun run, int chunk) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < PAIRS; i++) {
      String first = i == 3 ? " " : "Bus " + (i + chunk * PAIRS) + " leaves.";
      rows.add(
          RowFactory.create(
              (long) i + chunk * PAIRS, first, "The depot is closed.", "neighbour", 0.5f, chunk));
    }
    run.table(CandidatePairsTable.DEFINITION)
        .append(
            spark.createDataFrame(rows, CandidatePairsTable.DEFINITION.schema()),
            "test",
            chunk,
            Map.of());
  }

  private static Commands follow(JobRun run, String mode, String... more) {
    List<String> arguments = new ArrayList<>(List.of("--follow", mode));
    arguments.addAll(List.of(more));
    arguments.addAll(List.of("--set", "run.dir=" + run.directory()));
    arguments.addAll(List.of("--set", "silver.precision=fp32"));
    return Commands.run(new LabelJob(), arguments.toArray(String[]::new));
  }
}
