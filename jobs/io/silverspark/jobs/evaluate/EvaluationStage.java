package io.silverspark.jobs.evaluate;

import io.delta.tables.DeltaTable;
import io.silverspark.jobs.config.Benchmark;
import io.silverspark.jobs.config.EvaluateSettings;
import io.silverspark.jobs.config.EvaluationTasks;
import io.silverspark.jobs.config.ModelSettings;
import io.silverspark.jobs.config.RunSettings;
import io.silverspark.jobs.report.Evaluation;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.stage.Fingerprint;
import io.silverspark.jobs.stage.RunLayout;
import io.silverspark.jobs.stage.StageRecord;
import io.silverspark.jobs.table.IntentsTable;
import io.silverspark.jobs.table.MetricsTable;
import io.silverspark.jobs.table.NliPairsTable;
import io.silverspark.jobs.table.PairsTable;
import io.silverspark.jobs.table.StoredTable;
import io.silverspark.jobs.table.StsPairsTable;
import io.silverspark.jobs.table.TableDefinition;
import io.silverspark.jobs.table.TableStore;
import io.silverspark.model.config.Setting;
import io.silverspark.udfs.serving.ModelFingerprint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * An evaluation that is skipped when neither models, data nor settings changed. That of the run's
 * models and that of models named by the user have a record and a file each, so that one does not
 * take the place of the other.
 */
public final class EvaluationStage {
  private static final List<TableDefinition> DATA =
      List.of(NliPairsTable.DEFINITION, StsPairsTable.DEFINITION, IntentsTable.DEFINITION);
  private static final List<Setting<String>> USER_TABLES =
      List.of(
          EvaluateSettings.RETRIEVAL_QUERIES,
          EvaluateSettings.RETRIEVAL_CORPUS,
          EvaluateSettings.RETRIEVAL_RELEVANCE,
          EvaluateSettings.RERANKING_TABLE);

  private final JobContext context;
  private final String name;
  private final Path file;

  private EvaluationStage(JobContext context, String name, Path file) {
    this.context = context;
    this.name = name;
    this.file = file;
  }

  /** The evaluation of the run's models. */
  public static EvaluationStage ofRun(JobContext context) {
    return new EvaluationStage(context, "evaluate", RunLayout.of(context).evaluation());
  }

  /** The comparison of models that a user names. */
  static EvaluationStage ofNamed(JobContext context) {
    return of(context, "comparison");
  }

  /**
   * A comparison with a record and a file of its own.
   *
   * @param name of the stage, its page and its file
   */
  public static EvaluationStage of(JobContext context, String name) {
    Path file = RunLayout.of(context).directory().resolve(name + ".json");
    return new EvaluationStage(context, name, file);
  }

  /** Name of the stage and of its page. */
  public String name() {
    return name;
  }

  /** Where the evaluation is kept. */
  public Path file() {
    return file;
  }

  /**
   * Measures the models unless that would change nothing.
   *
   * @return whether they were measured
   */
  public boolean run(List<EvaluatedModel> models) {
    String id = fingerprint(models);
    if (isCurrent(id)) {
      return false;
    }
    long started = System.nanoTime();
    StageRecord.remove(context, name);
    EvaluateJob.evaluate(
        context, models, file, evaluation -> record(evaluation, id, started).write(context));
    return true;
  }

  private StageRecord record(Evaluation evaluation, String id, long started) {
    StoredTable metrics = TableStore.of(context).table(MetricsTable.DEFINITION);
    int models = evaluation.models().size();
    return new StageRecord(
        name,
        id,
        Map.of(MetricsTable.DEFINITION.name(), metrics.version()),
        Map.of(),
        models,
        metrics.count(),
        (System.nanoTime() - started) / 1e9,
        models + " models",
        null);
  }

  /** Whether measuring these models again would change nothing. */
  public boolean isCurrent(List<EvaluatedModel> models) {
    return isCurrent(fingerprint(models));
  }

  /**
   * Another evaluation may have added its rows to the table since, so its version does not count.
   */
  private boolean isCurrent(String id) {
    return Files.exists(file)
        && StageRecord.current(context, name, id, List.of()).isPresent()
        && TableStore.of(context).table(MetricsTable.DEFINITION).exists();
  }

  private String fingerprint(List<EvaluatedModel> models) {
    Fingerprint fingerprint =
        new Fingerprint(name)
            .setting(context.settings(), RunSettings.SEED)
            .input("models", models)
            .chosen(context.settings(), ModelSettings.TRUNCATE_DIM);
    ModelSettings.GROUP.settings().stream()
        .filter(setting -> setting != ModelSettings.TRUNCATE_DIM)
        .forEach(setting -> fingerprint.setting(context.settings(), setting));
    fingerprint.settings(context.settings(), EvaluateSettings.ofMeasures(), EvaluateSettings.LATER);
    SmallVectors small = SmallVectors.of(context.settings());
    if (!small.forms().isEmpty()) { // earlier versions had none
      fingerprint.input("small vectors", small.forms());
    }
    for (EvaluatedModel model : models) {
      fingerprint.input("model " + model.name(), ModelFingerprint.of(model.reference()));
    }
    TableStore tables = TableStore.of(context);
    for (TableDefinition definition : DATA) {
      StoredTable table = tables.table(definition);
      fingerprint.input(definition.name(), table.exists() ? table.version() : -1);
    }
    StoredTable pairs = tables.table(PairsTable.DEFINITION);
    if (pairs.exists()) { // earlier versions had none
      fingerprint.input(pairs.definition().name(), pairs.version());
    }
    for (Setting<String> setting : USER_TABLES) {
      String path = context.get(setting);
      if (!path.isEmpty() && DeltaTable.isDeltaTable(context.spark(), path)) {
        Object version =
            DeltaTable.forPath(context.spark(), path).history(1).select("version").first().get(0);
        fingerprint.input(setting.key() + " version", version);
      }
    }
    addBenchmarks(fingerprint);
    return fingerprint.digest();
  }

  private void addBenchmarks(Fingerprint fingerprint) {
    BenchmarkTasks benchmarks = new BenchmarkTasks(context);
    for (Benchmark benchmark :
        EvaluationTasks.of(context.get(EvaluateSettings.TASKS)).benchmarks()) {
      fingerprint.input("benchmark " + benchmark.name(), benchmarks.identity(benchmark));
    }
    String teacher = context.get(EvaluateSettings.TEACHER);
    if (!teacher.isEmpty()) {
      fingerprint.input("teacher", ModelFingerprint.of(teacher));
    }
  }
}
