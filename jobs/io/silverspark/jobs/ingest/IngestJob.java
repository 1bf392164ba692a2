package io.silverspark.jobs.ingest;

import static org.apache.spark.sql.functions.col;

import io.silverspark.jobs.config.DataKind;
import io.silverspark.jobs.config.DataSettings;
import io.silverspark.jobs.run.CommandRunner;
import io.silverspark.jobs.run.Job;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.run.PlannedStage;
import io.silverspark.jobs.run.Progress;
import io.silverspark.jobs.stream.StreamOptions;
import io.silverspark.jobs.table.PairsTable;
import io.silverspark.jobs.table.QuarantineTable;
import io.silverspark.jobs.table.StoredTable;
import io.silverspark.jobs.table.TableStore;
import io.silverspark.jobs.table.WriteResult;
import io.silverspark.model.error.UserException;
import io.silverspark.model.hub.HubAccess;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * Reads the labelled files into {@code nli_pairs}, {@code sts_pairs} and {@code intents}. Rows
 * without gold label are dropped, malformed ones go to {@code quarantine}; with too many of them
 * nothing is written. Afterwards the tables hold what the settings name and nothing else.
 */
@Command(
    name = "ingest",
    description =
        "Reads labelled pairs and intents (Parquet, TSV, JSON lines, CSV) into the Delta tables;"
            + " malformed rows go to the table quarantine.")
public final class IngestJob implements Job {
  /** Name of the stage and of its record. */
  public static final String STAGE = "ingest";

  private final HubAccess given;

  @Mixin private final StreamOptions stream = new StreamOptions();

  /** Of the Hub that the environment names, which is looked at when files are. */
  public IngestJob() {
    this(null);
  }

  /** Of another Hub. */
  IngestJob(HubAccess given) {
    this.given = given;
  }

  /** For {@code spark-submit --class}. */
  public static void main(String[] args) {
    CommandRunner.run(new IngestJob(), args);
  }

  @Override
  public void check(JobContext context) {
    stream.check();
  }

  @Override
  public void run(JobContext context) {
    check(context);
    if (stream.follow().follows()) {
      FollowedPairs.follow(context, stream);
      return;
    }
    long started = System.nanoTime();
    withRows(
        context,
        (kept, summaries) -> {
          Map<String, Long> versions = write(context, kept, summaries);
          double seconds = (System.nanoTime() - started) / 1e9;
          IngestDetails.record(context, versions, summaries, seconds).write(context);
          return versions;
        });
  }

  @Override
  public List<PlannedStage> plan(JobContext context) {
    check(context);
    if (stream.follow().follows()) {
      String source = SourceFiles.followed(context).source().source();
      return List.of(
          new PlannedStage(
              STAGE,
              PlannedStage.Status.RUNS,
              Map.of(),
              List.of(TableStore.of(context).table(PairsTable.DEFINITION).path()),
              "rows of %s as they arrive".formatted(source)));
    }
    return withRows(context, (kept, summaries) -> List.of(planned(context, kept, summaries)));
  }

  /** Reads and checks the rows, which are stored until the use of them ends. */
  private <T> T withRows(
      JobContext context, BiFunction<Decontamination, List<FileSummary>, T> use) {
    List<SourceFile> files =
        SourceFiles.find(context, given == null ? HubAccess.of(System.getenv()) : given);
    Dataset<Row> rows =
        SourceRows.read(context.spark(), files).persist(StorageLevel.MEMORY_AND_DISK());
    try {
      List<FileSummary> summaries = summaries(context, files, rows);
      try (Decontamination kept =
          Decontamination.of(context, FileOrder.numbered(rows, files, summaries))) {
        return use.apply(kept, summaries);
      }
    } finally {
      rows.unpersist();
    }
  }

  private static PlannedStage planned(
      JobContext context, Decontamination kept, List<FileSummary> summaries) {
    TableStore tables = TableStore.of(context);
    List<String> changed = new ArrayList<>();
    for (RowFormat format : RowFormat.values()) {
      StoredTable table = tables.table(format.table());
      boolean read = summaries.stream().anyMatch(s -> s.target().equals(format.table().name()));
      boolean followed = format == RowFormat.PAIRS && FollowedPairs.areFollowed(context);
      if ((read || table.exists())
          && !followed
          && !table.holds(TableRows.of(format, kept.rows()))) {
        changed.add(table.path());
      }
    }
    Map<String, Long> rows = new LinkedHashMap<>();
    summaries.forEach(file -> rows.merge(file.source(), file.rows(), Long::sum));
    long malformed = summaries.stream().mapToLong(FileSummary::malformed).sum();
    List<String> notes = new ArrayList<>(kept.remarks());
    if (malformed > 0) {
      notes.add(0, String.format(Locale.ROOT, "%,d rows are malformed", malformed));
    }
    return PlannedStage.of(STAGE, changed.isEmpty(), rows, changed, String.join("; ", notes));
  }

  private static List<FileSummary> summaries(
      JobContext context, List<SourceFile> files, Dataset<Row> rows) {
    List<FileSummary> summaries;
    try (Progress progress = context.console().progress("read rows", 0)) {
      summaries = context.phase("read rows", () -> FileSummary.of(rows));
      progress.advance(summaries.stream().mapToLong(FileSummary::rows).sum());
    }
    FileOrder.requireRows(files, summaries);
    check(context, summaries);
    requireDistinctIds(files, rows);
    return summaries;
  }

  /** Refuses files with too many malformed rows. */
  static void check(JobContext context, List<FileSummary> summaries) {
    double maxBadShare = context.get(DataSettings.MAX_BAD_SHARE);
    summaries.forEach(summary -> summary.check(maxBadShare));
  }

  /** Refuses ids that two rows of a kind have. */
  private static void requireDistinctIds(List<SourceFile> files, Dataset<Row> rows) {
    for (SourceFile file : files) {
      String column = file.mapping().columns().get(DataKind.ID);
      if (column != null && file.order() == 0) {
        List<Row> twice =
            rows.where(
                    col("target").equalTo(file.rows().table().name()).and(col("key").isNotNull()))
                .groupBy("key")
                .count()
                .where("count > 1")
                .orderBy("key")
                .limit(1)
                .collectAsList();
        if (!twice.isEmpty()) {
          throw new UserException(
              "%s: the id '%s' of column '%s' occurs %d times, and ids must be unique; map a column whose rows belong together to the role group. Nothing was written."
                  .formatted(file.source(), twice.get(0).get(0), column, twice.get(0).getLong(1)));
        }
      }
    }
  }

  /** Versions of the tables, by name. */
  private static Map<String, Long> write(
      JobContext context, Decontamination kept, List<FileSummary> summaries) {
    TableStore tables = TableStore.of(context);
    boolean ofStream = FollowedPairs.areFollowed(context);
    Map<String, Long> versions = new LinkedHashMap<>();
    for (RowFormat format : RowFormat.values()) {
      StoredTable table = tables.table(format.table());
      List<FileSummary> own =
          summaries.stream().filter(s -> s.target().equals(format.table().name())).toList();
      if (!own.isEmpty() || table.exists()) {
        Dataset<Row> rows = TableRows.of(format, kept.rows());
        boolean followed = format == RowFormat.PAIRS && ofStream;
        String scope = followed ? "NOT (%s)".formatted(FollowedPairs.ofStream(context)) : "true";
        WriteResult result = table.merge(rows, scope, Map.of());
        if (followed) {
          context.console().tell("pairs: 'ingest --follow' fills it, and its rows stay");
        }
        versions.put(table.definition().name(), result.version());
        long leftOut = kept.removed().getOrDefault(format.table().name(), 0L);
        tell(context, table, own, leftOut, result.toString());
      }
    }
    kept.remarks().forEach(context.console()::tell);
    long malformed = summaries.stream().mapToLong(FileSummary::malformed).sum();
    StoredTable quarantine = tables.table(QuarantineTable.DEFINITION);
    if (malformed > 0 || quarantine.exists()) {
      quarantine.merge(
          TableRows.quarantined(kept.rows()),
          ofStream
              ? "NOT (%s) AND NOT (target = 'pairs' AND %s)"
                  .formatted(QuarantineTable.OF_LABEL, FollowedPairs.ofStream(context))
              : "NOT (%s)".formatted(QuarantineTable.OF_LABEL),
          Map.of());
    }
    return versions;
  }

  private static void tell(
      JobContext context, StoredTable table, List<FileSummary> files, long leftOut, String result) {
    long good = files.stream().mapToLong(FileSummary::good).sum() - leftOut;
    long repeated = files.stream().mapToLong(FileSummary::repeated).sum();
    long unlabelled = files.stream().mapToLong(FileSummary::unlabelled).sum();
    long malformed = files.stream().mapToLong(FileSummary::malformed).sum();
    context
        .results()
        .table(
            table.definition().name(),
            Map.of(
                "path", table.path(),
                "rows", good,
                "malformed", malformed,
                "unlabelled", unlabelled,
                "repeated", repeated,
                "change", result));
    context
        .console()
        .tell(
            String.format(
                Locale.ROOT,
                "%s: %,d rows (%s)%s%s",
                table.definition().name(),
                good,
                result,
                repeated == 0
                    ? ""
                    : String.format(Locale.ROOT, ", %,d repeat another row's texts", repeated),
                unlabelled == 0
                    ? ""
                    : String.format(Locale.ROOT, ", %,d without gold label dropped", unlabelled)));
    for (FileSummary file : files) {
      if (file.malformed() > 0) {
        context
            .console()
            .tell(
                String.format(
                    Locale.ROOT,
                    "  %s: %,d of %,d rows malformed, see table quarantine (%s)",
                    file.source(),
                    file.malformed(),
                    file.rows(),
                    file.firstProblem()));
      }
    }
  }
}
