package io.silverspark.jobs.evaluate;

import io.silverspark.jobs.config.DataSettings;
import io.silverspark.jobs.config.EvaluateSettings;
import io.silverspark.jobs.run.CommandRunner;
import io.silverspark.jobs.run.Job;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.run.PlannedStage;
import io.silverspark.model.config.Setting;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Compares any models on any tasks: sentence encoders, static ones and cross-encoders. Differences
 * are to the first one. The same measurement and the same page as {@link EvaluateJob}'s for models
 * that are named.
 */
@Command(
    name = "compare",
    description =
        "Compares models on benchmarks or the labelled tables, with intervals, paired differences to"
            + " the first one, size, dimension and speed.")
public final class CompareJob implements Job {
  @Parameters(
      arity = "1..*",
      paramLabel = "MODEL",
      description =
          "Sentence encoders or cross-encoders: a directory, Hub id or builtin:..., or"
              + " NAME=REFERENCE.")
  private List<String> models = new ArrayList<>();

  @Option(
      names = "--tasks",
      paramLabel = "TASK,TASK...",
      description =
          "Such as STS12,SICK-R,Banking77Classification,NanoBEIR or sts:FOLDER; default"
              + " evaluate.tasks.")
  private String tasks;

  @Option(
      names = "--data",
      paramLabel = "DIRECTORY",
      description = "Where the folders of the benchmarks are; default data.dir.")
  private String data;

  @Option(
      names = "--output",
      paramLabel = "DIRECTORY",
      description = "For comparison.html and comparison.json; default report.dir.")
  private String output;

  @Option(
      names = "--teacher",
      paramLabel = "REFERENCE",
      description = "Model that mse:FOLDER compares with; default evaluate.teacher.")
  private String teacher;

  /** For {@code spark-submit --class}. */
  public static void main(String[] args) {
    CommandRunner.run(new CompareJob(), args);
  }

  @Override
  public void run(JobContext context) {
    JobContext own = own(context);
    EvaluateJob.run(own, EvaluationStage.ofNamed(own), ComparedModels.parse(models));
  }

  @Override
  public List<PlannedStage> plan(JobContext context) {
    JobContext own = own(context);
    return List.of(
        EvaluateJob.plan(own, EvaluationStage.ofNamed(own), ComparedModels.parse(models)));
  }

  private JobContext own(JobContext context) {
    Map<Setting<?>, Object> chosen = new LinkedHashMap<>();
    put(chosen, EvaluateSettings.TASKS, tasks);
    put(chosen, DataSettings.DIR, data);
    put(chosen, EvaluateSettings.REPORT_DIR, output);
    put(chosen, EvaluateSettings.TEACHER, teacher);
    return context.with(context.command(), context.settings().with(chosen, "the command line"));
  }

  private static void put(Map<Setting<?>, Object> chosen, Setting<?> setting, String value) {
    if (value != null) {
      chosen.put(setting, value);
    }
  }
}
