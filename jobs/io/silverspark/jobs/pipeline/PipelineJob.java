package io.silverspark.jobs.pipeline;

import io.silverspark.jobs.config.EvaluateSettings;
import io.silverspark.jobs.config.RunSettings;
import io.silverspark.jobs.report.ConsoleTable;
import io.silverspark.jobs.report.Evaluation;
import io.silverspark.jobs.report.EvaluationFile;
import io.silverspark.jobs.report.ReportFiles;
import io.silverspark.jobs.report.RunReport;
import io.silverspark.jobs.report.StageResult;
import io.silverspark.jobs.run.CommandRunner;
import io.silverspark.jobs.run.Job;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.run.JobPlan;
import io.silverspark.jobs.run.PlannedStage;
import io.silverspark.jobs.stage.RunLayout;
import io.silverspark.jobs.stage.StageRecord;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Command;

/**
 * Runs all stages in one Spark application, skips those that are up to date, and ends with the base
 * model, gold only and gold + silver side by side. A pipeline that was killed goes on where it was.
 */
@Command(
    name = "pipeline",
    description =
        "Runs ingest, mine, train-cross, label, train-bi and evaluate, and pretrain if asked to;"
            + " skips what is up to date and writes the report.")
public final class PipelineJob implements Job {
  /** For {@code spark-submit --class}. */
  public static void main(String[] args) {
    CommandRunner.run(new PipelineJob(), args);
  }

  @Override
  public void run(JobContext context) {
    Instant started = Instant.now();
    List<PipelineStage> stages = checkedStages(context);
    List<StageResult> results = new ArrayList<>();
    for (int i = 0; i < stages.size(); i++) {
      PipelineStage stage = stages.get(i);
      context.console().heading("[%d/%d] %s".formatted(i + 1, stages.size(), stage.name()));
      results.add(run(context, stage));
    }
    Evaluation evaluation = EvaluationFile.read(RunLayout.of(context).evaluation());
    RunReport report = RunReports.collect(context, started, evaluation, results);
    Path directory =
        context
            .directory()
            .local(EvaluateSettings.REPORT_DIR.key(), context.get(EvaluateSettings.REPORT_DIR));
    ReportFiles files = ReportFiles.write(report, directory);
    context.results().put("report", files.html());
    context.results().put("metrics", files.json());
    context.results().put("modelsDirectory", RunLayout.of(context).directory().resolve("models"));
    evaluation.models().forEach(model -> context.results().add("models", model));
    context
        .console()
        .print(ConsoleTable.forStandardOutput().render(report, places(context, files)));
  }

  /** A stage whose input another one will change is decided when its turn comes. */
  @Override
  public List<PlannedStage> plan(JobContext context) {
    List<PlannedStage> planned = new ArrayList<>();
    Set<String> unsettled = new HashSet<>();
    for (PipelineStage stage : checkedStages(context)) {
      JobPlan own = JobPlan.of(stage.job(), context.with(stage.command(), stage.settings()));
      PlannedStage now = own.stages().get(0).named(stage.name());
      Optional<String> earlier = stage.after().stream().filter(unsettled::contains).findFirst();
      planned.add(earlier.map(now::after).orElse(now));
      if (earlier.isPresent() || now.status() != PlannedStage.Status.UP_TO_DATE) {
        unsettled.add(stage.name());
      }
    }
    return planned;
  }

  /** A mistake that the last stage would find must not cost the work of those before it. */
  static List<PipelineStage> checkedStages(JobContext context) {
    List<PipelineStage> stages = PipelinePlan.of(context);
    stages.forEach(stage -> stage.job().check(context.with(stage.command(), stage.settings())));
    return stages;
  }

  /** Runs a stage unless it is up to date. */
  static StageResult run(JobContext context, PipelineStage stage) {
    Optional<StageRecord> before = StageRecord.last(context, stage.name());
    long started = System.nanoTime();
    JobContext own = context.with(stage.command(), stage.settings());
    own.phase(stage.name(), () -> stage.job().run(own));
    double seconds = (System.nanoTime() - started) / 1e9;
    Optional<StageRecord> after = StageRecord.last(context, stage.name());
    boolean skipped = after.isPresent() && after.equals(before);
    return new StageResult(
        stage.name(),
        skipped ? StageResult.Status.SKIPPED : StageResult.Status.DONE,
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
