package io.silverspark.jobs.pipeline;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;

import io.silverspark.jobs.config.TrainingSource;
import io.silverspark.jobs.evaluate.EvaluationReport;
import io.silverspark.jobs.ingest.IngestDetails;
import io.silverspark.jobs.ingest.IngestJob;
import io.silverspark.jobs.label.LabelDetails;
import io.silverspark.jobs.mine.MineDetails;
import io.silverspark.jobs.report.DataSummary;
import io.silverspark.jobs.report.Evaluation;
import io.silverspark.jobs.report.RunReport;
import io.silverspark.jobs.report.RunReportBuilder;
import io.silverspark.jobs.report.StageResult;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.stage.StageRecord;
import io.silverspark.jobs.table.AllTables;
import io.silverspark.jobs.table.IntentsTable;
import io.silverspark.jobs.table.NliPairsTable;
import io.silverspark.jobs.table.QuarantineTable;
import io.silverspark.jobs.table.StoredTable;
import io.silverspark.jobs.table.StsPairsTable;
import io.silverspark.jobs.table.TableDefinition;
import io.silverspark.jobs.table.TableStore;
import io.silverspark.jobs.train.TrainingDetails;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.Row;

/** Gathers what the stages of a run left into one report. */
final class RunReports {
  private static final List<TableDefinition> DATA =
      List.of(NliPairsTable.DEFINITION, StsPairsTable.DEFINITION, IntentsTable.DEFINITION);

  private final JobContext context;
  private final TableStore tables;
  private final RunReportBuilder report;

  private RunReports(JobContext context, Instant started) {
    this.context = context;
    this.tables = TableStore.of(context);
    this.report = EvaluationReport.begin(context, started);
  }

  /**
   * The report of a run whose stages are done.
   *
   * @param context of the pipeline
   * @param started when the pipeline began
   * @param evaluation of the models
   * @param stages in the order they ran
   */
  static RunReport collect(
      JobContext context, Instant started, Evaluation evaluation, List<StageResult> stages) {
    RunReports reports = new RunReports(context, started);
    stages.forEach(reports.report::add);
    reports.tables();
    reports.training();
    reports.silver();
    reports.report.evaluation(evaluation);
    return reports.report.build(Instant.now());
  }

  private void tables() {
    for (TableDefinition definition : AllTables.DEFINITIONS) {
      StoredTable table = tables.table(definition);
      if (table.exists()) {
        report.add(
            new RunReport.TableVersion(
                definition.name(), table.path(), table.version(), table.count(), inputs(table)));
      }
    }
    StoredTable quarantine = tables.table(QuarantineTable.DEFINITION);
    List<Row> refused =
        quarantine.exists()
            ? quarantine
                .read()
                .groupBy("target", "source", "reason", "split")
                .agg(count(lit(1)))
                .orderBy("target", "source", "reason")
                .collectAsList()
            : List.of();
    reasons(refused);
    for (TableDefinition definition : DATA) {
      StoredTable table = tables.table(definition);
      if (table.exists()) {
        splits(table, refused);
      }
    }
  }

  /** What a table was made from, such as {@code sts_pairs@0}; empty if its commit says nothing. */
  private static List<String> inputs(StoredTable table) {
    return table.provenance(table.version()).stream()
        .flatMap(commit -> new TreeMap<>(commit.inputs()).entrySet().stream())
        .map(input -> input.getKey() + "@" + input.getValue())
        .toList();
  }

  private void reasons(List<Row> refused) {
    Map<List<String>, Long> rows = new LinkedHashMap<>();
    refused.forEach(
        r ->
            rows.merge(
                List.of(r.getString(0), r.getString(1), r.getString(2)),
                r.getLong(4),
                Long::sum)); // over the splits
    rows.forEach(
        (r, number) -> report.add(new DataSummary.QuarantineCount(r.get(1), r.get(2), number)));
  }

  private void splits(StoredTable table, List<Row> refused) {
    String name = table.definition().name();
    Optional<StageRecord> ingested = StageRecord.last(context, IngestJob.STAGE);
    for (Row row : table.read().groupBy(col("split")).count().orderBy("split").collectAsList()) {
      String split = row.getString(0);
      long kept = row.getLong(1);
      long unlabelled =
          ingested.map(record -> IngestDetails.unlabelled(record, name, split)).orElse(0L);
      long bad =
          refused.stream()
              .filter(r -> r.getString(0).equals(name) && r.getString(3).equals(split))
              .mapToLong(r -> r.getLong(4))
              .sum();
      report.add(
          new DataSummary.DataCount(
              name + " " + split, kept + unlabelled + bad, kept, unlabelled, bad));
    }
  }

  private void training() {
    StageRecord.last(context, StageRecord.PRETRAIN)
        .ifPresent(record -> report.add(TrainingDetails.curve(record)));
    Optional<StageRecord> cross = StageRecord.last(context, StageRecord.TRAIN_CROSS);
    cross.ifPresent(record -> report.add(TrainingDetails.curve(record)));
    for (TrainingSource source : TrainingSource.values()) {
      Optional<StageRecord> record = StageRecord.last(context, source.stage());
      record.ifPresent(r -> report.add(TrainingDetails.curve(r)));
      if (source == TrainingSource.GOLD) {
        record.ifPresent(r -> report.goldLabels(TrainingDetails.goldLabels(r)));
      }
    }
  }

  /** Histograms and samples that mine and label left, where they ran. */
  private void silver() {
    StageRecord.last(context, "mine")
        .ifPresent(
            record -> {
              MineDetails.candidateSimilarities(record).ifPresent(report::candidateSimilarities);
              MineDetails.triplets(record).forEach(report::add);
            });
    StageRecord.last(context, "label")
        .ifPresent(
            record -> {
              report.silverLabels(LabelDetails.silverLabels(record));
              LabelDetails.silverPairs(record).forEach(report::add);
            });
  }
}
