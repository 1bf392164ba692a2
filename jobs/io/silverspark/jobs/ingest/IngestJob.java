package io.silverspark.jobs.ingest;

import io.silverspark.jobs.config.DataSettings;
import io.silverspark.jobs.run.CommandRunner;
import io.silverspark.jobs.run.Job;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.run.PlannedStage;
import io.silverspark.jobs.run.Progress;
import io.silverspark.jobs.table.QuarantineTable;
import io.silverspark.jobs.table.StoredTable;
import io.silverspark.jobs.table.TableStore;
import io.silverspark.jobs.table.WriteResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;
import picocli.CommandLine.Command;

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

  /** For {@code spark-submit --class}. */
  public static void main(String[] args) {
    CommandRunner.run(new IngestJob(), args);
  }

  @Override
  public void run(JobContext context) {
    long started = System.nanoTime();
    Configuration hadoop = context.spark().sessionState().newHadoopConf();
    List<SourceFile> files = SourceFiles.find(context.settings(), hadoop);
    Dataset<Row> rows =
        SourceRows.read(context.spark(), files, hadoop).persist(StorageLevel.MEMORY_AND_DISK());
    try {
      List<FileSummary> summaries = summaries(context, files, rows);
      Map<String, Long> versions =
          write(context, FileOrder.numbered(rows, summaries, files), summaries);
      double seconds = (System.nanoTime() - started) / 1e9;
      IngestDetails.record(context, versions, summaries, seconds).write(context);
    } finally {
      rows.unpersist();
    }
  }

  @Override
  public List<PlannedStage> plan(JobContext context) {
    Configuration hadoop = context.spark().sessionState().newHadoopConf();
    List<SourceFile> files = SourceFiles.find(context.settings(), hadoop);
    Dataset<Row> rows =
        SourceRows.read(context.spark(), files, hadoop).persist(StorageLevel.MEMORY_AND_DISK());
    try {
      List<FileSummary> summaries = summaries(context, files, rows);
      return List.of(planned(context, FileOrder.numbered(rows, summaries, files), summaries));
    } finally {
      rows.unpersist();
    }
  }

  private static PlannedStage planned(
      JobContext context, Dataset<Row> numbered, List<FileSummary> summaries) {
    TableStore tables = TableStore.of(context);
    List<String> changed = new ArrayList<>();
    for (RowFormat format : RowFormat.values()) {
      StoredTable table = tables.table(format.table());
      boolean read = summaries.stream().anyMatch(s -> s.target().equals(format.table().name()));
      if ((read || table.exists()) && !table.holds(TableRows.of(format, numbered))) {
        changed.add(table.path());
      }
    }
    Map<String, Long> rows = new LinkedHashMap<>();
    summaries.forEach(file -> rows.merge(file.source(), file.positions(), Long::sum));
    long malformed = summaries.stream().mapToLong(FileSummary::malformed).sum();
    String note =
        malformed == 0 ? "" : String.format(Locale.ROOT, "%,d rows are malformed", malformed);
    return PlannedStage.of(STAGE, changed.isEmpty(), rows, changed, note);
  }

  private static List<FileSummary> summaries(
      JobContext context, List<SourceFile> files, Dataset<Row> rows) {
    List<FileSummary> summaries;
    try (Progress progress = context.console().progress("read rows", 0)) {
      summaries = context.phase("read rows", () -> FileSummary.of(rows));
      progress.advance(summaries.stream().mapToLong(FileSummary::positions).sum());
    }
    FileOrder.requireRows(files, summaries);
    check(context, summaries);
    return summaries;
  }

  /** Refuses files with too many malformed rows. */
  static void check(JobContext context, List<FileSummary> summaries) {
    double maxBadShare = context.get(DataSettings.MAX_BAD_SHARE);
    summaries.forEach(summary -> summary.check(maxBadShare));
  }

  /** Versions of the tables, by name. */
  private static Map<String, Long> write(
      JobContext context, Dataset<Row> numbered, List<FileSummary> summaries) {
    TableStore tables = TableStore.of(context);
    Map<String, Long> versions = new LinkedHashMap<>();
    for (RowFormat format : RowFormat.values()) {
      StoredTable table = tables.table(format.table());
      List<FileSummary> own =
          summaries.stream().filter(s -> s.target().equals(format.table().name())).toList();
      if (!own.isEmpty() || table.exists()) {
        Dataset<Row> rows = TableRows.of(format, numbered);
        WriteResult result = table.replace(rows, Map.of());
        versions.put(table.definition().name(), result.version());
        tell(context, table, own, result.toString());
      }
    }
    long malformed = summaries.stream().mapToLong(FileSummary::malformed).sum();
    StoredTable quarantine = tables.table(QuarantineTable.DEFINITION);
    if (malformed > 0 || quarantine.exists()) {
      quarantine.merge(
          TableRows.quarantined(numbered),
          "NOT (%s)".formatted(QuarantineTable.OF_LABEL),
          Map.of());
    }
    return versions;
  }

  private static void tell(
      JobContext context, StoredTable table, List<FileSummary> files, String result) {
    long good = files.stream().mapToLong(FileSummary::good).sum();
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
                "change", result));
    context
        .console()
        .tell(
            String.format(
                Locale.ROOT,
                "%s: %,d rows (%s)%s",
                table.definition().name(),
                good,
                result,
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
                    file.positions(),
                    file.firstProblem()));
      }
    }
  }
}
