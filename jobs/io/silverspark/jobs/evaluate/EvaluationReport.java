package io.silverspark.jobs.evaluate;

import ai.djl.engine.Engine;
import com.typesafe.config.ConfigFactory;
import io.silverspark.jobs.config.EvaluateSettings;
import io.silverspark.jobs.config.ModelSettings;
import io.silverspark.jobs.report.Environment;
import io.silverspark.jobs.report.Evaluation;
import io.silverspark.jobs.report.ReportFiles;
import io.silverspark.jobs.report.RunReport;
import io.silverspark.jobs.report.RunReportBuilder;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.run.SilverSparkVersion;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/** The page of an evaluation without the rest of a pipeline, beside the pipeline's report. */
public final class EvaluationReport {
  private EvaluationReport() {}

  /**
   * Writes {@code NAME.html} and {@code NAME.json} to {@code report.dir}.
   *
   * @param started when the evaluation began
   */
  static ReportFiles write(
      JobContext context, Evaluation evaluation, Instant started, String name) {
    RunReport report = begin(context, started).evaluation(evaluation).build(Instant.now());
    Path directory = directory(context);
    return ReportFiles.write(
        report, directory.resolve(name + ".html"), directory.resolve(name + ".json"));
  }

  /** A report of the command at work: title, settings and environment are filled in. */
  public static RunReportBuilder begin(JobContext context, Instant started) {
    Map<String, String> effective = new TreeMap<>();
    ConfigFactory.parseString(context.settings().json())
        .entrySet()
        .forEach(e -> effective.put(e.getKey(), String.valueOf(e.getValue().unwrapped())));
    return RunReport.builder(
            title(context), context.spark().sparkContext().applicationId(), started)
        .configuration(effective)
        .environment(
            Environment.here(
                context.get(ModelSettings.DEVICE),
                context.spark().version(),
                io.delta.package$.MODULE$.VERSION(),
                Engine.getDjlVersion(),
                Engine.getEngine("PyTorch").getVersion(),
                SilverSparkVersion.CURRENT));
  }

  /** Heading of the page. */
  static String title(JobContext context) {
    return context.get(EvaluateSettings.REPORT_TITLE);
  }

  /** Where pages of evaluations go. */
  static Path directory(JobContext context) {
    return context
        .directory()
        .local(EvaluateSettings.REPORT_DIR.key(), context.get(EvaluateSettings.REPORT_DIR));
  }
}
