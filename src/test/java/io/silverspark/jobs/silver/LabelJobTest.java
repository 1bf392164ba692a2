package io.silverspark.jobs.silver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.silverspark.SparkFixture;
import io.silverspark.jobs.JobRun;
import io.silverspark.jobs.Main;
import io.silverspark.jobs.table.CandidatePairsTable;
import io.silverspark.jobs.table.SilverPairsTable;
import io.silverspark.model.encoder.CrossEncoder;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.error.UserException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@Tag("spark")
@ExtendWith(SparkFixture.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LabelJobTest {
  private static final int CHUNKS = 6;
  private static final int PAIRS = 60;
  private static final int BLANK = 2;

  private SparkSession spark;
  private Path directory;
  private JobRun undisturbed;
  private String told;

  @BeforeAll
  void labelOnce(SparkSession session, @TempDir Path temporary) {
    spark = session;
    directory = temporary;
    undisturbed = prepared("undisturbed");
    told = undisturbed.run("label", new LabelJob());
  }

  /** A run with candidates and an untrained cross-encoder, the same for every name. */
  private JobRun prepared(String name) {
    JobRun run = new JobRun(spark, directory.resolve(name));
    run.write(CandidatePairsTable.DEFINITION, candidates(), 1);
    EncoderOptions options = EncoderOptions.defaults().withLayers(1).withWorkers(1);
    try (CrossEncoder cross = CrossEncoder.fromEncoder("builtin:all-MiniLM-L6-v2", 1, 3, options)) {
      cross.save(run.directory().resolve("models/cross"), "test");
    }
    return run;
  }

  private static List<Row> candidates() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < PAIRS; i++) {
      String first = i < BLANK ? " \t" : "Bus " + i + " leaves the depot at dawn.";
      String second = "The depot of bus " + i % 7 + " is closed.";
      rows.add(RowFactory.create((long) i, first, second, "neighbour", 0.5f, i % CHUNKS));
    }
    return rows;
  }

  private long version(JobRun run) {
    return run.table(SilverPairsTable.DEFINITION).version();
  }

  @Test
  void label_blankTexts_areLeftOutAndCounted() {
    assertThat(told).contains("58 silver pairs, 2 pairs with a blank text left out");
    assertThat(undisturbed.rows(SilverPairsTable.DEFINITION)).hasSize(PAIRS - BLANK);
  }

  @Test
  void label_again_changesNoVersion() throws Exception {
    List<String> rows = undisturbed.rows(SilverPairsTable.DEFINITION);
    long version = version(undisturbed);

    assertThat(undisturbed.run("label", new LabelJob())).contains("up to date");
    Files.delete(undisturbed.directory().resolve("stages/label.json"));
    undisturbed.run("label", new LabelJob());

    assertThat(version(undisturbed)).isEqualTo(version);
    assertThat(undisturbed.rows(SilverPairsTable.DEFINITION)).isEqualTo(rows);
  }

  @Test
  void label_withoutCrossEncoder_namesTheCommandThatTrainsIt() {
    JobRun run = new JobRun(spark, directory.resolve("bare"));

    assertThatThrownBy(() -> run.run("label", new LabelJob()))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("models/cross")
        .hasMessageContaining("Run 'train-cross' first");
  }

  /**
   * The appends of the first labelling are in the table's history and must not be taken for done.
   */
  @Test
  void label_hardThenSoftAgain_endsWithTheSoftRows() {
    JobRun run = prepared("changed");
    run.run("label", new LabelJob());

    run.run("label", new LabelJob(), "silver.labels=hard");
    assertThat(run.table(SilverPairsTable.DEFINITION).read().where("score not in (0, 1)").count())
        .isZero();
    assertThat(run.table(SilverPairsTable.DEFINITION).count()).isEqualTo(PAIRS - BLANK);

    run.run("label", new LabelJob());
    assertThat(run.rows(SilverPairsTable.DEFINITION))
        .isEqualTo(undisturbed.rows(SilverPairsTable.DEFINITION));
  }

  @Test
  void label_killedBetweenChunks_goesOnAndEndsWithTheSameRows() throws Exception {
    JobRun run = prepared("killed");
    Path log = run.directory().resolve("tables/silver_pairs/_delta_log");
    Process child = inOtherJvm(run);
    try {
      awaitOrFail(log.resolve("00000000000000000002.json"), child);
    } finally {
      child.destroyForcibly().waitFor(1, TimeUnit.MINUTES);
    }
    assertThat(run.table(SilverPairsTable.DEFINITION).count()).isBetween(1L, PAIRS - BLANK - 1L);

    assertThat(run.run("label", new LabelJob())).contains("goes on after");

    assertThat(run.rows(SilverPairsTable.DEFINITION))
        .isEqualTo(undisturbed.rows(SilverPairsTable.DEFINITION));
  }

  private static Process inOtherJvm(JobRun run) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(
        List.of("label", "--set", "run.dir=" + run.directory(), "--set", "spark.master=local[2]"));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(run.directory().resolve("child.txt").toFile())
        .start();
  }

  private static void awaitOrFail(Path file, Process child) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
    while (!Files.exists(file)) {
      assertThat(child.isAlive() && System.nanoTime() < deadline)
          .as("label is still at work before it writes %s", file)
          .isTrue();
      Thread.sleep(20);
    }
  }
}
