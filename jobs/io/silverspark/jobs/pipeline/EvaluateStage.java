package io.silverspark.jobs.pipeline;

import io.silverspark.jobs.config.EvaluateSettings;
import io.silverspark.jobs.config.ModelSettings;
import io.silverspark.jobs.config.RunSettings;
import io.silverspark.jobs.evaluate.ComparedModels;
import io.silverspark.jobs.evaluate.EvaluateJob;
import io.silverspark.jobs.evaluate.EvaluatedModel;
import io.silverspark.jobs.report.Evaluation;
import io.silverspark.jobs.run.Job;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.stage.Fingerprint;
import io.silverspark.jobs.stage.RunLayout;
import io.silverspark.jobs.stage.StageRecord;
import io.silverspark.jobs.table.IntentsTable;
import io.silverspark.jobs.table.MetricsTable;
import io.silverspark.jobs.table.NliPairsTable;
import io.silverspark.jobs.table.StoredTable;
import io.silverspark.jobs.table.StsPairsTable;
import io.silverspark.jobs.table.TableDefinition;
import io.silverspark.jobs.table.TableStore;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;

/** The evaluation of a run's models, skipped when neither models, data nor settings changed. */
@Command(name = "evaluate")
final class EvaluateStage implements Job {
  static final String STAGE = "evaluate";
  private static final List<TableDefinition> DATA =
      List.of(NliPairsTable.DEFINITION, StsPairsTable.DEFINITION, IntentsTable.DEFINITION);

  private final List<String> modelStages;

  /**
   * The stage after the given ones.
   *
   * @param modelStages stages that trained the models
   */
  EvaluateStage(List<String> modelStages) {
    this.modelStages = List.copyOf(modelStages);
  }

  @Override
  public void run(JobContext context) {
    List<EvaluatedModel> models = ComparedModels.ofRun(context);
    String id = fingerprint(context, models);
    if (Files.exists(RunLayout.of(context).evaluation())
        && StageRecord.current(context, STAGE, id, List.of(MetricsTable.DEFINITION)).isPresent()) {
      context.console().tell("evaluate: up to date");
      return;
    }
    long started = System.nanoTime();
    Evaluation evaluation = EvaluateJob.evaluate(context, models);
    StoredTable metrics = TableStore.of(context).table(MetricsTable.DEFINITION);
    new StageRecord(
            STAGE,
            id,
            Map.of(MetricsTable.DEFINITION.name(), metrics.version()),
            models.size(),
            metrics.count(),
            (System.nanoTime() - started) / 1e9,
            evaluation.models().size() + " models",
            null)
        .write(context);
  }

  private String fingerprint(JobContext context, List<EvaluatedModel> models) {
    Fingerprint fingerprint =
        new Fingerprint(STAGE)
            .settings(context.settings(), EvaluateSettings.GROUP)
            .settings(context.settings(), ModelSettings.GROUP)
            .setting(context.settings(), RunSettings.SEED)
            .input("models", models);
    for (String stage : modelStages) {
      Optional<StageRecord> record = StageRecord.last(context, stage);
      fingerprint.input(stage, record.map(StageRecord::fingerprint).orElse(""));
    }
    TableStore tables = TableStore.of(context);
    for (TableDefinition definition : DATA) {
      StoredTable table = tables.table(definition);
      fingerprint.input(definition.name(), table.exists() ? table.version() : -1);
    }
    return fingerprint.digest();
  }
}
