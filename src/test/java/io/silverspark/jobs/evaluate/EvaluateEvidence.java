package io.silverspark.jobs.evaluate;

import io.silverspark.jobs.config.EvaluateSettings;
import io.silverspark.jobs.config.SettingEvidence;
import io.silverspark.jobs.evaluate.EvaluatedText.Role;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.table.IntentsTable;
import io.silverspark.jobs.table.NliPairsTable;
import io.silverspark.jobs.table.StsPairsTable;
import io.silverspark.jobs.table.TableDefinition;
import io.silverspark.model.config.Setting;
import io.silverspark.model.data.TextPair;
import io.silverspark.model.encoder.PairPrediction;
import io.silverspark.model.files.ClassNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** What {@code evaluate} measures and where it tells it. */
public final class EvaluateEvidence {
  private EvaluateEvidence() {}

  private static SettingEvidence.Outcome prompt(Role role) {
    EvaluatedModel model = EvaluatedModel.of("m", "builtin:all-MiniLM-L6-v2");
    return context -> RolePrompts.of(context.settings(), model).of(role);
  }

  /**
   * Adds the evidence.
   *
   * @param run directory of a run with the table nli_pairs of 24 training rows
   */
  public static void add(SettingEvidence evidence, Path run) throws IOException {
    Files.createDirectories(run.resolve("models/cross"));
    String dir = "run.dir=" + run;
    evidence.changes(EvaluateSettings.TASKS, "pairs", EvaluateEvidence::tasks);
    evidence.changes(
        EvaluateSettings.TEACHER,
        "b",
        context -> context.get(EvaluateSettings.TEACHER),
        "evaluate.tasks=mse:talks");
    evidence.isRefused(
        EvaluateSettings.TEACHER,
        "b",
        "evaluate.teacher is set, but nothing reads it: evaluate.tasks has no mse:FOLDER. Remove"
            + " it.");
    evidence.changes(EvaluateSettings.PROMPT.text(), "x", prompt(Role.TEXT));
    evidence.changes(EvaluateSettings.PROMPT.name(), "web", prompt(Role.TEXT));
    evidence.changes(EvaluateSettings.QUERY_PROMPT.text(), "x", prompt(Role.QUERY));
    evidence.changes(EvaluateSettings.QUERY_PROMPT.name(), "web", prompt(Role.QUERY));
    evidence.changes(EvaluateSettings.CORPUS_PROMPT.text(), "x", prompt(Role.DOCUMENT));
    evidence.changes(EvaluateSettings.CORPUS_PROMPT.name(), "web", prompt(Role.DOCUMENT));
    evidence.changes(
        EvaluateSettings.SEED, "7", context -> ModelComparison.resampling(context.settings()));
    evidence.changes(
        EvaluateSettings.SEED,
        "7",
        context -> EvaluationTables.intentEvaluator(context.settings()).sampler());
    evidence.changes(
        EvaluateSettings.RESAMPLES, "9", context -> ModelComparison.resampling(context.settings()));
    evidence.changes(
        EvaluateSettings.CONFIDENCE,
        "0.5",
        context -> ModelComparison.resampling(context.settings()));
    evidence.changes(EvaluateSettings.STS_SPLIT, "test", EvaluateEvidence::tasks);
    evidence.changes(
        EvaluateSettings.INTENT_EXPERIMENTS,
        "2",
        context -> EvaluationTables.intentEvaluator(context.settings()).experiments());
    evidence.changes(
        EvaluateSettings.INTENT_SAMPLES,
        "2",
        context -> EvaluationTables.intentEvaluator(context.settings()).sampler());
    for (String task : List.of("triplets", "reranking")) {
      evidence.changes(
          EvaluateSettings.TRIPLETS, "1", EvaluateEvidence::tasks, "evaluate.tasks=" + task);
    }
    evidence.changes(EvaluateSettings.PAIRS, "2", EvaluateEvidence::tasks, "evaluate.tasks=pairs");
    evidence.changes(
        EvaluateSettings.STS_MATCH, "1", EvaluateEvidence::measures, "evaluate.tasks=pairs");
    retrieval(evidence, run);
    evidence.changes(
        EvaluateSettings.RERANKING_TABLE,
        run.resolve("none").toString(),
        EvaluateEvidence::tasks,
        "evaluate.tasks=reranking");
    SettingEvidence.Outcome lists = context -> BenchmarkTasks.rankedLists(context.settings());
    String nano = "evaluate.tasks=NanoBEIR";
    String unread =
        " is set, but nothing reads it: evaluate.tasks has no benchmark of retrieval, such as"
            + " NanoBEIR. Remove it.";
    Setting<Integer> rerankK = EvaluateSettings.RERANK_K;
    evidence.changes(rerankK, "7", lists, nano);
    evidence.isRefused(rerankK, "7", rerankK.key() + unread);
    Setting<Boolean> always = EvaluateSettings.ALWAYS_RERANK_POSITIVES;
    evidence.changes(always, "false", lists, nano);
    evidence.isRefused(always, "false", always.key() + unread);
    evidence.changes(EvaluateSettings.CROSS, "true", ComparedModels::ofRun, dir);
    evidence.changes(
        EvaluateSettings.MATCH_CLASS,
        "yes",
        context ->
            ModelComparison.matchClass(
                context.settings(), new ClassNames(List.of("no", "maybe", "yes"))));
    evidence.changes(EvaluateSettings.FULL, "true", ComparedModels::ofRun, dir, "model.layers=1");
    SettingEvidence.Outcome small = context -> SmallVectors.of(context.settings()).forms();
    evidence.changes(EvaluateSettings.SMALL_WIDTHS, "[64]", small);
    evidence.changes(
        EvaluateSettings.SMALL_PRECISIONS,
        "[int8]",
        small,
        "train.lossParameters={ matryoshkaDims = [64] }");
    evidence.isRefused(
        EvaluateSettings.SMALL_PRECISIONS,
        "[int8]",
        "evaluate.smallVectors.precisions is set, but nothing reads it: no widths are given by"
            + " evaluate.smallVectors.widths or by matryoshkaDims of train.lossParameters. Remove"
            + " it.");
    evidence.changes(
        EvaluateSettings.MAX_ACTIVE_DIMS,
        "4",
        context ->
            new ModelComparison(
                    new EvaluationData(List.of(), Map.of(), Optional.empty(), List.of(), Map.of()),
                    ModelRuns.of(context),
                    context.settings(),
                    context.console())
                .measure(List.of()));
    evidence.changes(EvaluateSettings.REPORT_DIR, "out/page", EvaluationReport::directory);
    evidence.changes(
        EvaluateSettings.REPORT_TITLE, "A title", context -> EvaluationReport.title(context));
  }

  /** Tables that are not there, or lack a column, are refused by name. */
  private static void retrieval(SettingEvidence evidence, Path run) {
    Path table = run.resolve("tables/nli_pairs");
    String queries = "evaluate.retrieval.queries=" + table;
    String corpus = "evaluate.retrieval.corpus=" + table;
    String relevance = "evaluate.retrieval.relevance=" + table;
    String id = "evaluate.retrieval.idColumn=id";
    String text = "evaluate.retrieval.textColumn=premise";
    String query = "evaluate.retrieval.queryColumn=id";
    String document = "evaluate.retrieval.documentColumn=id";
    SettingEvidence.Outcome rows =
        context -> {
          try (RetrievalRows read = RetrievalRows.ofTables(context)) {
            return read.relevant().size() + " queries";
          }
        };
    String none = run.resolve("none").toString();
    evidence.changes(
        EvaluateSettings.RETRIEVAL_QUERIES,
        none,
        rows,
        queries,
        corpus,
        relevance,
        id,
        text,
        query,
        document);
    evidence.changes(
        EvaluateSettings.RETRIEVAL_CORPUS,
        none,
        rows,
        queries,
        corpus,
        relevance,
        id,
        text,
        query,
        document);
    evidence.changes(
        EvaluateSettings.RETRIEVAL_RELEVANCE,
        none,
        rows,
        queries,
        corpus,
        relevance,
        id,
        text,
        query,
        document);
    evidence.changes(
        EvaluateSettings.RETRIEVAL_MOST,
        "3",
        rows,
        queries,
        corpus,
        relevance,
        id,
        text,
        query,
        document);
    for (Setting<String> column :
        List.of(
            EvaluateSettings.RETRIEVAL_ID,
            EvaluateSettings.RETRIEVAL_TEXT,
            EvaluateSettings.RETRIEVAL_QUERY,
            EvaluateSettings.RETRIEVAL_DOCUMENT)) {
      evidence.changes(
          column, "nowhere", rows, queries, corpus, relevance, id, text, query, document);
      evidence.isRefused(
          column,
          "nowhere",
          "%s is set, but nothing reads it: evaluate.retrieval.queries names no table, and the"
                  .formatted(column)
              + " table intents has columns of its own. Remove it.");
    }
  }

  private static List<String> tasks(JobContext context) {
    EvaluationData data = EvaluationTables.read(context, EvaluateEvidence::rows);
    List<String> tasks = new ArrayList<>(data.remarks());
    data.tasks().forEach(task -> tasks.add(task.description() + " " + task.texts().size()));
    return tasks;
  }

  private static String measures(JobContext context) {
    EvaluationData data = EvaluationTables.read(context, EvaluateEvidence::rows);
    List<TextPair> pairs = data.distinctPairs();
    List<PairPrediction> predictions = new ArrayList<>();
    for (int i = 0; i < pairs.size(); i++) {
      predictions.add(new PairPrediction(i / (float) pairs.size(), 0));
    }
    PairPredictions predicted =
        new PairPredictions(pairs, predictions, ClassNames.ofNumber(1), OptionalInt.empty());
    List<String> measures = new ArrayList<>();
    data.tasks()
        .forEach(
            task ->
                task.measure(predicted)
                    .forEach(measure -> measures.add(measure.name() + " " + measure.value())));
    return measures.toString();
  }

  private static List<Row> rows(TableDefinition table, String split, String... columns) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      if (table == NliPairsTable.DEFINITION) {
        rows.add(RowFactory.create("premise " + i / 2, "hypothesis " + i, i % 2 * 2));
      } else if (table == StsPairsTable.DEFINITION) {
        rows.add(RowFactory.create("first " + i, "second of " + split + i, (double) i));
      } else if (table == IntentsTable.DEFINITION) {
        rows.add(RowFactory.create("text " + i, "intent " + i % 2));
      }
    }
    return rows;
  }
}
