package io.silverspark.jobs.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.silverspark.SparkFixture;
import io.silverspark.jobs.JobRun;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.stage.StageRecord;
import io.silverspark.jobs.table.PairsTable;
import io.silverspark.jobs.table.SilverPairsTable;
import io.silverspark.jobs.table.StoredTable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.delta.DeltaLog;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Rows that came since a version of a real Delta table, which may be gone. */
@Tag("spark")
@Tag("cluster")
@ExtendWith(SparkFixture.class)
class NewRowsTest {
  @TempDir private Path directory;
  private final ByteArrayOutputStream told = new ByteArrayOutputStream();
  private SparkSession spark;
  private JobRun run;
  private StoredTable pairs;
  private long last;

  /** Six training rows at the last turn, all rewritten since, and two that are new. */
  @BeforeEach
  void pairsOfTwoTurns(SparkSession session) {
    spark = session;
    run = new JobRun(spark, directory);
    pairs = run.table(PairsTable.DEFINITION);
    run.write(PairsTable.DEFINITION, pairs(6, "as it was"), 1);
    last = pairs.version();
    run.write(PairsTable.DEFINITION, pairs(8, "as it is"), 1);
    assertThat(pairs.version()).isGreaterThan(last);
  }

  private static List<Row> pairs(int rows, String answer) {
    List<Row> all = new ArrayList<>();
    all.add(RowFactory.create(99L, "test", 0L, "a test", answer, null, "test"));
    for (long i = 0; i < rows; i++) {
      all.add(RowFactory.create(i, "train", i, "question " + i, answer, null, "test"));
    }
    return all;
  }

  private NewRows since(long version, String... settings) {
    List<String> all = new ArrayList<>(List.of("run.dir=" + directory, "gold.source=pairs"));
    all.addAll(List.of(settings));
    if (settings.length == 0) {
      all.add("pipeline.models=gold");
    }
    return NewRows.since(context(all), Map.of("pairs", version, "silver_pairs", 0L));
  }

  private JobContext context(List<String> settings) {
    return SparkFixture.context(spark, "retrain", told, settings.toArray(String[]::new));
  }

  private String told() {
    return told.toString(StandardCharsets.UTF_8);
  }

  @Test
  void since_aVersionThatIsThere_countsTrainingRowsById() {
    assertThat(since(last).rows()).isEqualTo(Map.of("pairs", 2L));
    assertThat(since(pairs.version()).rows()).isEmpty();
    assertThat(since(last).versions()).isEqualTo(Map.of("pairs", pairs.version()));
    assertThat(told()).isEmpty();
  }

  @Test
  void since_aVersionOfLongAgo_isReadAsLongAsItsFilesAreThere() {
    spark.sql(
        "ALTER TABLE %s SET TBLPROPERTIES (delta.deletedFileRetentionDuration = '0 hours')"
            .formatted("delta.`" + pairs.path() + "`"));
    assertThat(since(last).rows()).isEqualTo(Map.of("pairs", 2L));
    assertThat(told()).isEmpty();
    assertThatThrownBy(() -> pairs.read(last).count()) // Delta's rule holds for all others
        .hasMessageContaining("Cannot time travel beyond delta.deletedFileRetentionDuration");
  }

  @Test
  void since_aVersionWhoseLogWasCleaned_countsAllRows() throws IOException {
    DeltaLog.forTable(spark, pairs.path()).checkpoint();
    for (long version = 0; version <= last; version++) {
      Files.delete(Path.of(URI.create(uri())).resolve("_delta_log/%020d.json".formatted(version)));
    }
    DeltaLog.clearCache();
    assertThat(since(last).rows()).isEqualTo(Map.of("pairs", 8L));
    assertThat(told())
        .contains("pairs: version %d, of the last retraining, is gone".formatted(last))
        .contains("all rows count as new");
  }

  @Test
  void since_aVersionWhoseFilesVacuumRemoved_countsAllRows() {
    spark.conf().set("spark.databricks.delta.retentionDurationCheck.enabled", "false");
    spark.sql("VACUUM delta.`%s` RETAIN 0 HOURS".formatted(pairs.path()));
    assertThat(since(last).rows()).isEqualTo(Map.of("pairs", 8L));
    assertThat(told())
        .contains("pairs: version %d, of the last retraining, is gone".formatted(last));
  }

  @Test
  void since_aVersionWhoseFilesAreDamaged_isAFailure() throws IOException {
    for (Path file : files(last)) {
      Files.writeString(file, "this is no Parquet");
      Files.deleteIfExists(file.resolveSibling("." + file.getFileName() + ".crc"));
    }
    assertThatThrownBy(() -> since(last)).hasStackTraceContaining("Parquet");
    assertThat(told()).isEmpty();
  }

  @Test
  void since_filesOfNowAreMissing_isAFailure() throws IOException {
    for (Path file : files(pairs.version())) {
      Files.delete(file);
    }
    assertThatThrownBy(() -> since(last)).hasStackTraceContaining("FILE_NOT_EXIST");
  }

  @Test
  void silverPairs_areCountedIfAModelLearnsFromThem() {
    run.write(SilverPairsTable.DEFINITION, List.of(silver(1), silver(2), silver(3)), 1);
    assertThat(since(last, "pipeline.models=\"gold,triplets\"").rows())
        .isEqualTo(Map.of("pairs", 2L));
    assertThat(since(last, "pipeline.models=\"triplets,gold+silver\"").rows())
        .isEqualTo(Map.of("pairs", 2L, "silver_pairs", 3L));
    assertThat(
            since(
                    last,
                    "pipeline.models=datasets",
                    "train.datasets=[{data=gold, source=pairs}, {data=\"gold+silver\", source=pairs}]")
                .rows())
        .containsEntry("silver_pairs", 3L);
  }

  private static Row silver(long id) {
    return RowFactory.create(id, "left " + id, "right " + id, 0.5f, null, "cross", "labelling", 0);
  }

  /**
   * A stream appended to pairs before mining and after it, and to silver_pairs while it trained.
   */
  @Test
  void trained_isTheLowestVersionThatAStageRead() {
    JobContext context =
        context(
            List.of(
                "run.dir=" + directory,
                "gold.source=pairs",
                "pipeline.models=\"triplets,gold+silver\"",
                "cross.loss=MultipleNegativesRankingLoss"));
    List<PipelineStage> all = PipelinePlan.of(context);
    List<PipelineStage> stages = all.subList(1, all.size() - 1);
    assertThat(stages)
        .extracting(PipelineStage::name)
        .containsExactly(
            "mine", "train-cross", "label", "train-bi-triplets", "train-bi-gold-silver");
    Map<String, Long> before = Map.of("pairs", 3L, "silver_pairs", 1L, "nli_pairs", 7L);
    assertThat(TrainedVersions.of(context, stages, before)).isEqualTo(before);

    record(context, "mine", Map.of("triplets", 2L), Map.of("pairs", 4L));
    record(context, "train-cross", Map.of(), Map.of("pairs", 5L));
    record(context, "label", Map.of("silver_pairs", 6L), Map.of("candidate_pairs", 2L));
    assertThat(TrainedVersions.of(context, stages, before))
        .as("a training that an earlier version recorded does not say what it read")
        .isEqualTo(Map.of("pairs", 4L, "silver_pairs", 6L, "nli_pairs", 7L));

    record(context, "train-bi-triplets", Map.of(), Map.of("triplets", 2L));
    record(context, "train-bi-gold-silver", Map.of(), Map.of("pairs", 5L, "silver_pairs", 8L));
    assertThat(TrainedVersions.of(context, stages, before))
        .isEqualTo(Map.of("pairs", 4L, "silver_pairs", 8L, "nli_pairs", 7L));
  }

  private static void record(
      JobContext context, String stage, Map<String, Long> tables, Map<String, Long> inputs) {
    new StageRecord(stage, "f", tables, inputs, 1, 1, 1, "", null).write(context);
    Optional<StageRecord> written = StageRecord.last(context, stage);
    assertThat(written.map(StageRecord::inputs)).contains(inputs);
  }

  private List<Path> files(long version) throws IOException {
    try (Stream<String> files = Stream.of(pairs.read(version).inputFiles())) {
      return files.map(file -> Path.of(URI.create(file))).toList();
    }
  }

  private String uri() {
    return pairs.path().startsWith("file:")
        ? pairs.path()
        : Path.of(pairs.path()).toUri().toString();
  }
}
