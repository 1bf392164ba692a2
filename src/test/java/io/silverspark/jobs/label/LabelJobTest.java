package io.silverspark.jobs.label;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.silverspark.BrokenModel;
import io.silverspark.NarrowModel;
import io.silverspark.SparkFixture;
import io.silverspark.jobs.JobRun;
import io.silverspark.jobs.table.CandidatePairsTable;
import io.silverspark.jobs.table.QuarantineTable;
import io.silverspark.jobs.table.SilverPairsTable;
import io.silverspark.jobs.table.TableDefinition;
import io.silverspark.model.error.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import scala.jdk.javaapi.CollectionConverters;

@Tag("spark")
@ExtendWith(SparkFixture.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LabelJobTest {
  private static final int CHUNKS = 2;
  private static final int TEXTS = 60;

  /** Texts, and bytes that are none. */
  private static final int PAIRS = TEXTS + 1;

  private static final int POISON = 4;

  private SparkSession spark;
  private Path directory;
  private JobRun unlabelled;
  private JobRun undisturbed;
  private String told;
  private String record;

  @BeforeAll
  void labelOnce(SparkSession session, @TempDir Path temporary) throws Exception {
    spark = session;
    directory = temporary;
    unlabelled = new JobRun(spark, temporary.resolve("unlabelled"));
    unlabelled.write(CandidatePairsTable.DEFINITION, candidates(), 1);
    unlabelled
        .table(CandidatePairsTable.DEFINITION)
        .append(
            spark.sql(
                "select 900L id, cast(X'EDA08041' as string) sentence1, 'b' sentence2,"
                    + " 'random' origin, 0f similarity, 0 chunk"),
            "test",
            1,
            Map.of());
    NarrowModel.saveCrossEncoder(unlabelled.directory().resolve("models/cross"), 3);
    undisturbed = prepared("undisturbed");
    told = undisturbed.run("label", new LabelJob());
    record = Files.readString(undisturbed.directory().resolve("stages/label.json"));
  }

  /** A run with candidates and an untrained cross-encoder, the same for every name. */
  private JobRun prepared(String name) throws Exception {
    JobRun run = new JobRun(spark, directory.resolve(name));
    copy(unlabelled.directory(), run.directory());
    return run;
  }

  /** As {@link #prepared}, and labelled once: a copy of the undisturbed run. */
  private JobRun labelled(String name) throws Exception {
    JobRun run = new JobRun(spark, directory.resolve(name));
    copy(undisturbed.directory(), run.directory());
    return run;
  }

  private static void copy(Path source, Path target) throws Exception {
    try (Stream<Path> files = Files.walk(source)) {
      for (Path file : files.toList()) {
        Path copied = target.resolve(source.relativize(file));
        if (Files.isDirectory(file)) {
          Files.createDirectories(copied);
        } else {
          Files.copy(file, copied, StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
  }

  /** Two blank texts and one that is too long. */
  private static List<Row> candidates() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < TEXTS; i++) {
      String first =
          switch (i) {
            case 0, 1 -> " \t";
            case 2 -> "long ".repeat(30_000);
            default -> "Bus " + i + " leaves the depot at dawn.";
          };
      rows.add(candidate(i, first, i % CHUNKS));
    }
    return rows;
  }

  private static Row candidate(int id, String first, int chunk) {
    String second = "The depot of bus " + id % 7 + " is closed.";
    return RowFactory.create((long) id, first, second, "neighbour", 0.5f, chunk);
  }

  private long version(JobRun run) {
    return run.table(SilverPairsTable.DEFINITION).version();
  }

  /** Removes a table's last commit from its log, as if the writer had died before. */
  private static void forget(Path log, long version) throws IOException {
    String name = "%020d".formatted(version);
    try (Stream<Path> files = Files.list(log)) {
      List<Path> commit = files.filter(file -> file.toString().contains(name)).toList();
      assertThat(commit).isNotEmpty();
      for (Path file : commit) {
        Files.delete(file);
      }
    }
  }

  @Test
  void label_poisonousTexts_goToQuarantineWithTheReason() {
    assertThat(told).contains("57 silver pairs, 4 pairs in quarantine");
    assertThat(undisturbed.rows(SilverPairsTable.DEFINITION)).hasSize(PAIRS - POISON);
    List<Row> refused =
        undisturbed
            .table(QuarantineTable.DEFINITION)
            .read()
            .orderBy("line")
            .select("line", "target", "source", "reason", "raw")
            .collectAsList();
    assertThat(refused).extracting(row -> row.getLong(0)).containsExactly(0L, 1L, 2L, 900L);
    assertThat(refused)
        .extracting(row -> row.getString(3))
        .containsExactly(
            "a text is blank",
            "a text is blank",
            "a text has more than silver.maxCharacters = 100000 characters",
            "a text is not valid UTF-8");
    assertThat(refused)
        .allMatch(row -> row.getString(1).equals("silver_pairs"))
        .allMatch(row -> row.getString(2).equals("candidate_pairs"))
        .allMatch(row -> row.getString(4).length() <= 10_000);
  }

  /**
   * The check of a chunk and its commit see the scores of one pass. Another thread of the
   * application that clears Spark's cache stands for all that lets go of cached rows.
   */
  @Test
  void label_cacheClearedMeanwhile_scoresEachPairOnce() throws Exception {
    JobRun run = prepared("cleared");
    Counted counted = new Counted();
    Thread clearing = new Thread(() -> clearCacheUntilInterrupted(spark));
    spark.sparkContext().addSparkListener(counted);
    clearing.start();
    try {
      run.run("label", new LabelJob());
    } finally {
      clearing.interrupt();
      clearing.join();
      spark.sparkContext().listenerBus().waitUntilEmpty();
      spark.sparkContext().removeSparkListener(counted);
    }

    assertThat(counted.rows.values()).containsExactly((long) PAIRS);
    assertThat(run.rows(SilverPairsTable.DEFINITION))
        .isEqualTo(undisturbed.rows(SilverPairsTable.DEFINITION));
  }

  private static void clearCacheUntilInterrupted(SparkSession spark) {
    try {
      while (true) {
        Thread.sleep(2);
        spark.catalog().clearCache();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Rows that passed a {@code RowCounter}, by its accumulator. */
  private static final class Counted extends SparkListener {
    private final Map<Long, Long> rows = new ConcurrentHashMap<>();

    @Override
    public void onTaskEnd(SparkListenerTaskEnd ended) {
      for (AccumulableInfo info : CollectionConverters.asJava(ended.taskInfo().accumulables())) {
        if (info.name().contains("rows")) {
          rows.merge(info.id(), ((Number) info.update().get()).longValue(), Long::sum);
        }
      }
    }
  }

  /** Pair 59 is gone, 100 to 109 are new, all others are in other chunks. */
  @Test
  void label_otherCandidates_labelsTheNewPairsAlone() throws Exception {
    JobRun run = labelled("grown");
    List<String> before = run.rows(SilverPairsTable.DEFINITION);
    List<Row> rows = new ArrayList<>();
    for (Row row : candidates().subList(0, TEXTS - 1)) {
      rows.add(candidate((int) row.getLong(0), row.getString(1), 1));
    }
    for (int id = 100; id < 110; id++) {
      rows.add(candidate(id, "Bus " + id + " is late.", 0));
    }
    run.write(CandidatePairsTable.DEFINITION, rows, 1);

    String again = run.run("label", new LabelJob());

    assertThat(again)
        .contains("1 pairs are no longer candidates")
        .contains("continues after 59 of 69 pairs")
        .contains("scored 10 pairs in ")
        .contains("; committed 1 chunk in ")
        .contains("66 silver pairs, 3 pairs in quarantine");
    List<String> after = run.rows(SilverPairsTable.DEFINITION);
    assertThat(after).hasSize(66);
    assertThat(before).filteredOn(row -> !after.contains(row)).hasSize(1);
  }

  /** The labels of the model before are gone, and those of the new one are asked for each pair. */
  @Test
  @Tag("cluster")
  void label_otherModelThatGivesNoNumbers_isToBlameAndNotThePairs() throws Exception {
    JobRun run = labelled("broken");
    BrokenModel.crossEncoder(run.directory().resolve("models/cross"));

    assertThatThrownBy(() -> run.run("label", new LabelJob()))
        .isInstanceOf(UserException.class)
        .hasMessage(
            "label: 28 of 31 pairs of chunk 0 fail in the cross-encoder, more than"
                + " silver.maxBadShare = 0.5 allows: the cross-encoder gives no number (NaN)");
    assertThat(run.table(SilverPairsTable.DEFINITION).count()).isZero();

    assertThat(run.run("label", new LabelJob(), "silver.maxBadShare=1"))
        .contains("0 silver pairs, 61 pairs in quarantine")
        .doesNotContain("goes on");
  }

  @Test
  @Tag("cluster")
  void label_twoDriversAtOnce_leaveEachPairOnce() throws Exception {
    JobRun run = prepared("two");
    JobRun second = new JobRun(spark.newSession(), run.directory());
    CompletableFuture<String> other =
        CompletableFuture.supplyAsync(() -> second.run("label", new LabelJob()));
    run.run("label", new LabelJob());
    other.get(2, TimeUnit.MINUTES);

    assertThat(run.rows(SilverPairsTable.DEFINITION))
        .isEqualTo(undisturbed.rows(SilverPairsTable.DEFINITION));
    assertThat(run.table(QuarantineTable.DEFINITION).count()).isEqualTo(POISON);
  }

  /** As after a kill between two chunks; LabelKillTest kills processes. */
  @Test
  void label_interruptedAfterOneChunk_goesOnAndEndsWithTheSameRows() throws Exception {
    JobRun run = labelled("interrupted");
    for (TableDefinition table : List.of(SilverPairsTable.DEFINITION, QuarantineTable.DEFINITION)) {
      forget(run.directory().resolve("tables").resolve(table.name()).resolve("_delta_log"), 2);
    }
    Files.delete(run.directory().resolve("stages/label.json"));

    assertThat(run.run("label", new LabelJob())).contains("continues after 31 of 61 pairs");

    assertThat(run.rows(SilverPairsTable.DEFINITION))
        .isEqualTo(undisturbed.rows(SilverPairsTable.DEFINITION));
  }

  @Test
  void label_done_saysInItsRecordHowFastItWas() {
    assertThat(record).containsPattern("\"note\" : \".* pairs/s.*, \\d+ shapes? of batches\"");
  }

  @Test
  void label_again_changesNoVersion() throws Exception {
    List<String> rows = undisturbed.rows(SilverPairsTable.DEFINITION);
    long version = version(undisturbed);

    assertThat(undisturbed.run("label", new LabelJob())).contains("up to date");
    Files.delete(undisturbed.directory().resolve("stages/label.json"));
    assertThat(undisturbed.run("label", new LabelJob())).doesNotContain("scored");

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
  @Tag("cluster")
  void label_hardThenSoftAgain_endsWithTheSoftRows() throws Exception {
    JobRun run = labelled("changed");

    run.run("label", new LabelJob(), "silver.labels=hard");
    assertThat(run.table(SilverPairsTable.DEFINITION).read().where("score not in (0, 1)").count())
        .isZero();
    assertThat(run.table(SilverPairsTable.DEFINITION).count()).isEqualTo(PAIRS - POISON);

    run.run("label", new LabelJob());
    assertThat(run.rows(SilverPairsTable.DEFINITION))
        .isEqualTo(undisturbed.rows(SilverPairsTable.DEFINITION));
  }
}
