package io.silverspark.jobs.evaluate;

import io.silverspark.jobs.evaluate.ModelComparison.MeasuredModel;
import io.silverspark.jobs.report.ConsoleTable;
import io.silverspark.jobs.report.Evaluation;
import io.silverspark.jobs.report.EvaluationFile;
import io.silverspark.jobs.run.CommandRunner;
import io.silverspark.jobs.run.Job;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.run.SparkSessions;
import io.silverspark.jobs.stage.RunLayout;
import io.silverspark.jobs.table.WriteResult;
import io.silverspark.jobs.train.ModelOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Measures the models of a run, or any others, on similarity, intents and triplets, and tells how
 * sure their differences are. Writes the table {@code metrics} and {@code evaluation.json} in the
 * directory of the run.
 */
@Command(
    name = "evaluate",
    description =
        "Measures models on similarity, intents and triplets, with intervals, side by side.")
public final class EvaluateJob implements Job {
  @Option(
      names = "--model",
      paramLabel = "NAME=REFERENCE",
      description =
          "A model to compare instead of those of the run; may be repeated. The name may be left"
              + " out.")
  private List<String> models = new ArrayList<>();

  /** For {@code spark-submit --class}. */
  public static void main(String[] args) {
    CommandRunner.run(new EvaluateJob(), args);
  }

  @Override
  public void run(JobContext context) {
    List<EvaluatedModel> compared =
        models.isEmpty() ? ComparedModels.ofRun(context) : ComparedModels.parse(models);
    Evaluation evaluation = evaluate(context, compared);
    context
        .console()
        .print(
            ConsoleTable.forStandardOutput()
                .render(
                    evaluation,
                    Map.of("Evaluation", RunLayout.of(context).evaluation().toString())));
  }

  /**
   * Measures models and writes the results, for the command and for the pipeline.
   *
   * @param models at least one, in the order of the tables
   * @throws io.silverspark.model.error.UserException if no data set has been ingested or a model
   *     cannot be loaded
   */
  public static Evaluation evaluate(JobContext context, List<EvaluatedModel> models) {
    EvaluationData data = EvaluationTables.read(context);
    data.remarks().forEach(context.console()::tell);
    ModelComparison comparison =
        new ModelComparison(data, encoding(context), context.settings(), context.console());
    List<MeasuredModel> measured = comparison.measure(models);
    Evaluation evaluation = comparison.evaluation(measured);
    WriteResult written = MetricRows.write(context, measured, data.inputs());
    EvaluationFile.write(evaluation, RunLayout.of(context).evaluation());
    context.console().tell("metrics: " + written);
    return evaluation;
  }

  private static TextEncoding encoding(JobContext context) {
    return SparkSessions.isLocal(context.settings())
        ? new DriverEncoding(ModelOptions.of(context))
        : new ExecutorEncoding(context);
  }
}
