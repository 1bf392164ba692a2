package io.silverspark.jobs.pipeline;

import io.silverspark.jobs.config.EvaluateSettings;
import io.silverspark.jobs.config.RunSettings;
import io.silverspark.jobs.report.ConsoleTable;
import io.silverspark.jobs.report.Evaluation;
import io.silverspark.jobs.report.EvaluationFile;
import io.silverspark.jobs.report.ReportFiles;
import io.silverspark.jobs.report.RunReport;
import io.silverspark.jobs.report.StageResult;
import io.silverspark.jobs.report.StageStatus;
import io.silverspark.jobs.run.CommandRunner;
import io.silverspark.jobs.run.Job;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.stage.RunLayout;
import io.silverspark.jobs.stage.StageRecord;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;

/**
 * Runs all stages in one Spark application, skips those that are up to date, and ends with the base
 * model, gold only and gold + silver side by side. A pipeline that was killed goes on where it was.
 */
@Command(
    name = "pipeline",
    description =
        "Runs ingest, mine, train-cross, label, train-bi and evaluate, skips what is up to date,"
            + " and writes the report.")
public final class PipelineJob implements Job {
  /** For {@code spark-submit --class}. */
  public static void main(String[] args) {
    CommandRunner.run(new PipelineJob(), args);
  }

  @Override
  public void run(JobContext context) {
    Instant started = Instant.now();
    List<PipelineStage> stages = PipelinePlan.of(context);
    List<StageResult> results = new ArrayList<>();
    for (int i = 0; i < stages.size(); i++) {
      PipelineStage stage = stages.get(i);
      context.console().tell("[%d/%d] %s".formatted(i + 1, stages.size(), stage.name()));
      results.add(run(context, stage));
    }
    Evaluation evaluation = EvaluationFile.read(RunLayout.of(context).evaluation());
    RunReport report = RunReports.collect(context, started, evaluation, results);
    Path directory = Path.of(context.get(EvaluateSettings.REPORT_DIR)).toAbsolutePath();
    ReportFiles files = ReportFiles.write(report, directory.normalize());
    context
        .console()
        .print(ConsoleTable.forStandardOutput().render(report, places(context, files)));
  }

  private static StageResult run(JobContext context, PipelineStage stage) {
    Optional<StageRecord> before = StageRecord.last(context, stage.name());
    long started = System.nanoTime();
    stage.job().run(context.with(stage.command(), stage.settings()));
    double seconds = (System.nanoTime() - started) / 1e9;
    Optional<StageRecord> after = StageRecord.last(context, stage.name());
    boolean skipped = after.isPresent() && after.equals(before);
    return new StageResult(
        stage.name(),
        skipped ? StageStatus.SKIPPED : StageStatus.DONE,
        after.map(StageRecord::rowsIn).orElse(null),
        after.map(StageRecord::rowsOut).orElse(null),
        seconds,
        after.map(StageRecord::note).orElse(""));
  }

  private static Map<String, String> places(JobContext context, ReportFiles files) {
    Map<String, String> places = new LinkedHashMap<>();
    places.put("Report", files.html().toString());
    places.put("Metrics", files.json().toString());
    places.put("Models", RunLayout.of(context).directory().resolve("models").toString());
    places.put("Tables", context.get(RunSettings.TABLES_DIR));
    return places;
  }
}
