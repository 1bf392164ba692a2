package io.silverspark.jobs.evaluate;

import io.silverspark.jobs.evaluate.ModelComparison.MeasuredModel;
import io.silverspark.jobs.report.ConsoleTable;
import io.silverspark.jobs.report.Evaluation;
import io.silverspark.jobs.report.EvaluationFile;
import io.silverspark.jobs.report.ReportFiles;
import io.silverspark.jobs.run.CommandRunner;
import io.silverspark.jobs.run.Job;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.run.PlannedStage;
import io.silverspark.jobs.stage.RunLayout;
import io.silverspark.jobs.table.MetricsTable;
import io.silverspark.jobs.table.TableStore;
import io.silverspark.jobs.table.WriteResult;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Measures the models of a run, or any others, on the tasks of {@code evaluate.tasks}, side by side
 * with size and speed, and tells how sure their differences are. Writes the table {@code metrics},
 * {@code evaluation.json} in the directory of the run ({@code comparison.json} for models that were
 * named), and a page in {@code report.dir}.
 */
@Command(
    name = "evaluate",
    description =
        "Measures models on similarity, intents, triplets, pairs, retrieval, reranking and"
            + " benchmarks, with intervals, size and speed, side by side.")
public final class EvaluateJob implements Job {
  @Option(
      names = "--model",
      paramLabel = "NAME=REFERENCE",
      description =
          "A sentence encoder or cross-encoder to compare instead of those of the run; may be"
              + " repeated, differences are to the first one. The name may be left out.")
  private List<String> models = new ArrayList<>();

  /** For {@code spark-submit --class}. */
  public static void main(String[] args) {
    CommandRunner.run(new EvaluateJob(), args);
  }

  @Override
  public void run(JobContext context) {
    boolean named = !models.isEmpty();
    List<EvaluatedModel> compared =
        named ? ComparedModels.parse(models) : ComparedModels.ofRun(context);
    EvaluationStage stage =
        named ? EvaluationStage.ofNamed(context) : EvaluationStage.ofRun(context);
    run(context, stage, compared);
  }

  @Override
  public List<PlannedStage> plan(JobContext context) {
    boolean named = !models.isEmpty();
    EvaluationStage stage =
        named ? EvaluationStage.ofNamed(context) : EvaluationStage.ofRun(context);
    return List.of(
        plan(context, stage, named ? ComparedModels.parse(models) : ComparedModels.ofRun(context)));
  }

  /** Measures unless nothing changed, writes the page and tells the result. */
  static void run(JobContext context, EvaluationStage stage, List<EvaluatedModel> compared) {
    Instant started = Instant.now();
    boolean measured = stage.run(compared);
    Evaluation evaluation = EvaluationFile.read(stage.file());
    Map<String, String> places = new LinkedHashMap<>();
    ReportFiles files = EvaluationReport.write(context, evaluation, started, stage.name());
    places.put("Report", files.html().toString());
    places.put("Evaluation", stage.file().toString());
    if (!measured) {
      context.console().tell(stage.name() + ": up to date");
    }
    context.results().put("evaluation", stage.file());
    context.results().put("report", files.html());
    context.results().put("upToDate", !measured);
    evaluation.models().forEach(model -> context.results().add("models", model));
    context.console().print(ConsoleTable.forStandardOutput().render(evaluation, places));
  }

  /**
   * What a stage would do.
   *
   * @param models at least one
   * @throws io.silverspark.model.error.UserException if no data set has been ingested
   */
  public static PlannedStage plan(
      JobContext context, EvaluationStage stage, List<EvaluatedModel> models) {
    EvaluationData data = EvaluationTables.read(context);
    Map<String, Long> rows = new LinkedHashMap<>();
    try {
      data.tasks().forEach(task -> rows.put(task.description(), (long) task.texts().size()));
    } finally {
      data.retrieval().ifPresent(RetrievalTask::close);
    }
    return PlannedStage.of(
        stage.name(),
        stage.isCurrent(models),
        rows,
        List.of(
            TableStore.of(context).table(MetricsTable.DEFINITION).path(), stage.file().toString()),
        "models: " + String.join(", ", models.stream().map(EvaluatedModel::name).toList()));
  }

  /**
   * Measures models and writes the results, for the command and for the pipeline. The tracked runs
   * count as finished when the stage has its record.
   *
   * @param models at least one, in the order of the tables
   * @param file where the evaluation is kept
   * @param record writes the record of the stage, when all else is written
   * @throws io.silverspark.model.error.UserException if no data set has been ingested or a model
   *     cannot be loaded
   */
  static Evaluation evaluate(
      JobContext context, List<EvaluatedModel> models, Path file, Consumer<Evaluation> record) {
    EvaluationData data =
        context.phase("read evaluation rows", () -> EvaluationTables.read(context));
    try {
      data.remarks().forEach(context.console()::tell);
      ModelComparison comparison =
          new ModelComparison(data, ModelRuns.of(context), context.settings(), context.console());
      List<MeasuredModel> measured = comparison.measure(models);
      Evaluation evaluation = comparison.evaluation(measured);
      Map<String, String> ids = MetricRows.ids(context, measured);
      WriteResult written =
          context.phase(
              "write metrics", () -> MetricRows.write(context, measured, ids, data.inputs()));
      try (EvaluationTracking tracking = EvaluationTracking.of(context, measured, ids)) {
        EvaluationFile.write(evaluation, file);
        record.accept(evaluation);
        tracking.succeeded();
      }
      context.console().tell("metrics: " + written);
      return evaluation;
    } finally {
      data.retrieval().ifPresent(RetrievalTask::close);
    }
  }

  /** The evaluation of the run, measured without a record of the stage. */
  static Evaluation evaluate(JobContext context, List<EvaluatedModel> models) {
    return evaluate(context, models, RunLayout.of(context).evaluation(), evaluation -> {});
  }
}
