package io.silverspark.jobs.pipeline;

import io.silverspark.jobs.config.PipelineSettings;
import io.silverspark.jobs.config.RetrainSettings;
import io.silverspark.jobs.config.TrainingSource;
import io.silverspark.jobs.evaluate.ComparedModels;
import io.silverspark.jobs.evaluate.EvaluationStage;
import io.silverspark.jobs.report.Evaluation;
import io.silverspark.jobs.report.EvaluationFile;
import io.silverspark.jobs.report.PairedDifference;
import io.silverspark.jobs.run.CommandRunner;
import io.silverspark.jobs.run.Job;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.run.PlannedStage;
import io.silverspark.jobs.stage.RunLayout;
import io.silverspark.jobs.stage.StageRecord;
import io.silverspark.model.error.UserException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;

/**
 * One turn of a schedule: ingests, and if enough rows are new, trains the last model of {@code
 * pipeline.models} again, compares it with the model in use on the evaluation rows and registers it
 * if it is better. The new model and the one in use are measured on the same rows, and the paired
 * bootstrap of their difference decides. A turn that was killed begins again and decides the same;
 * one that was killed after it registered is over.
 */
@Command(
    name = "retrain",
    description =
        "Trains again when enough rows have come, compares with the model in use and registers the"
            + " new one if it is better: for a schedule.")
public final class RetrainJob implements Job {
  private static final String STAGE = "retrain";
  private static final String IN_USE = "in use";
  private static final String NEW = "new";

  /** For {@code spark-submit --class}. */
  public static void main(String[] args) {
    CommandRunner.run(new RetrainJob(), args);
  }

  @Override
  public void check(JobContext context) {
    candidate(context);
    ModelsInUse.of(context);
  }

  @Override
  public void run(JobContext context) {
    check(context);
    long started = System.nanoTime();
    List<PipelineStage> stages = PipelineJob.checkedStages(context);
    PipelineJob.run(context, stages.get(0)); // ingest
    ModelsInUse models = ModelsInUse.of(context);
    NewRows rows = NewRows.since(context, trainedOn(context, models));
    context.results().put("newRows", rows.total());
    if (!isEnough(context, rows.total())) {
      tell(
          context,
          "%s, fewer than the %,d of retrain.minimumNewRows",
          rows.text(),
          context.get(RetrainSettings.MINIMUM_NEW_ROWS));
      told(context, "waits", models);
      return;
    }
    tell(context, "%s", rows.text());
    List<PipelineStage> training = stages.subList(1, stages.size() - 1); // the last one evaluates
    for (PipelineStage stage : training) {
      context.console().heading(stage.name());
      PipelineJob.run(context, stage);
    }
    Map<String, Long> trained = TrainedVersions.of(context, training, rows.versions());
    String note = decide(context, models, trained);
    new StageRecord(
            STAGE,
            String.join(" ", trained.toString(), note),
            trained,
            Map.of(),
            rows.total(),
            models.version(),
            (System.nanoTime() - started) / 1e9,
            note,
            null)
        .write(context);
  }

  /**
   * Versions of the tables that the last turn that trained has learned from. Its record comes last:
   * a turn that was killed between registering and recording has left them with the model.
   */
  private static Map<String, Long> trainedOn(JobContext context, ModelsInUse models) {
    return StageRecord.last(context, STAGE)
        .filter(record -> record.rowsOut() == models.version())
        .map(StageRecord::tables)
        .orElseGet(models::tables);
  }

  private String decide(JobContext context, ModelsInUse models, Map<String, Long> tables) {
    Path candidate = candidate(context);
    if (models.champion().isEmpty()) {
      return register(context, models, candidate, tables, Map.of("reason", "first model"));
    }
    Evaluation evaluation = compare(context, models.champion().get(), candidate);
    PairedDifference difference = difference(context, evaluation);
    String shown =
        String.format(
            Locale.ROOT,
            "%s: %+.4f [%+.4f, %+.4f] to version %d",
            difference.metric(),
            difference.difference(),
            difference.low(),
            difference.high(),
            models.version());
    context.results().put("difference", difference);
    if (isBetter(context, difference)) {
      Map<String, String> facts = new LinkedHashMap<>();
      facts.put("metric", difference.metric());
      facts.put("difference", String.valueOf(difference.difference()));
      facts.put("low", String.valueOf(difference.low()));
      facts.put("high", String.valueOf(difference.high()));
      facts.put("before", String.valueOf(models.version()));
      tell(context, "%s", shown);
      return register(context, models, candidate, tables, facts);
    }
    String note =
        "%s, not above %s: the model in use stays"
            .formatted(shown, context.get(RetrainSettings.MARGIN));
    tell(context, "%s", note);
    told(context, "keeps", models);
    return note;
  }

  private static String register(
      JobContext context,
      ModelsInUse models,
      Path candidate,
      Map<String, Long> tables,
      Map<String, String> facts) {
    int version = models.register(candidate, tables, facts);
    String note = "registered version %d in %s".formatted(version, models.directory());
    tell(context, "%s", note);
    told(context, "registers", models);
    return note;
  }

  private static Evaluation compare(JobContext context, Path champion, Path candidate) {
    EvaluationStage stage = EvaluationStage.of(context, "retraining");
    stage.run(ComparedModels.parse(List.of(IN_USE + "=" + champion, NEW + "=" + candidate)));
    return EvaluationFile.read(stage.file());
  }

  /** Whether so many new rows are worth a training. */
  static boolean isEnough(JobContext context, long newRows) {
    return newRows >= context.get(RetrainSettings.MINIMUM_NEW_ROWS);
  }

  /** Whether the new model takes the place of the one in use. */
  static boolean isBetter(JobContext context, PairedDifference difference) {
    return difference.low() > context.get(RetrainSettings.MARGIN);
  }

  /**
   * The difference that decides.
   *
   * @throws UserException if the comparison has no interval of {@code retrain.metric}
   */
  static PairedDifference difference(JobContext context, Evaluation evaluation) {
    String metric = context.get(RetrainSettings.METRIC);
    return evaluation.differences().stream()
        .filter(each -> metric.isEmpty() || each.metric().equals(metric))
        .filter(each -> Double.isFinite(each.low()))
        .findFirst()
        .orElseThrow(
            () ->
                new UserException(
                    "the comparison has no interval of %s, found %s; evaluate.tasks and evaluate.stsSplit say what is measured"
                        .formatted(
                            metric.isEmpty()
                                ? "any metric"
                                : "%s = '%s'".formatted(RetrainSettings.METRIC, metric),
                            evaluation.differences().stream()
                                .map(PairedDifference::metric)
                                .toList())));
  }

  /** The directory of the last of the models that the pipeline trains. */
  static Path candidate(JobContext context) {
    List<TrainingSource> sources = TrainingSource.list(context.get(PipelineSettings.MODELS));
    if (sources.isEmpty()) {
      throw new UserException(
          "retrain needs a model to train: pipeline.models is none, expected one or more of "
              + TrainingSource.settings());
    }
    return RunLayout.of(context).model(sources.get(sources.size() - 1).directory());
  }

  @Override
  public List<PlannedStage> plan(JobContext context) {
    check(context);
    List<PlannedStage> pipeline = new PipelineJob().plan(context);
    List<PlannedStage> planned = new ArrayList<>(pipeline.subList(0, pipeline.size() - 1));
    Path registry = ModelsInUse.of(context).directory();
    planned.add(
        new PlannedStage(
            STAGE,
            PlannedStage.Status.RUNS,
            Map.of(),
            List.of(registry.toString()),
            "if %,d rows are new; registered if better by more than %s"
                .formatted(
                    context.get(RetrainSettings.MINIMUM_NEW_ROWS),
                    context.get(RetrainSettings.MARGIN))));
    return planned;
  }

  private static void told(JobContext context, String decision, ModelsInUse models) {
    context.results().put("decision", decision);
    context.results().put("version", models.version());
    Optional<Path> champion = models.champion();
    champion.ifPresent(path -> context.results().put("champion", path));
  }

  private static void tell(JobContext context, String pattern, Object... values) {
    context.console().tell("retrain: " + String.format(Locale.ROOT, pattern, values));
  }
}
