package io.silverspark.jobs.config;

import static io.silverspark.model.config.SettingType.flag;
import static io.silverspark.model.config.SettingType.listOf;
import static io.silverspark.model.config.SettingType.longNumber;
import static io.silverspark.model.config.SettingType.name;
import static io.silverspark.model.config.SettingType.number;
import static io.silverspark.model.config.SettingType.numberBetween;
import static io.silverspark.model.config.SettingType.oneOf;
import static io.silverspark.model.config.SettingType.text;
import static io.silverspark.model.config.SettingType.wholeNumber;

import io.silverspark.model.config.Setting;
import io.silverspark.model.config.SettingGroup;
import io.silverspark.model.config.SettingRule;
import io.silverspark.model.config.Settings;
import io.silverspark.model.evaluation.RankedListEvaluator;
import io.silverspark.model.prompt.Prompt;
import io.silverspark.model.quantization.EmbeddingPrecision;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What {@code evaluate} measures and where the report goes. */
public final class EvaluateSettings {
  public static final Setting<String> TASKS =
      new Setting<>(
          "evaluate.tasks",
          text().where(EvaluationTasks.EXPECTED, tasks -> EvaluationTasks.parse(tasks).isPresent()),
          "sts,intents,triplets",
          "What models are measured on: tasks where the tables have the rows, and benchmarks whose"
              + " files, as the Hub has them, are under data.dir.");
  public static final Setting<String> TEACHER =
      new Setting<>(
          "evaluate.teacher",
          text(),
          "",
          "Model whose vectors of the first column the tasks mse:FOLDER compare with.");
  public static final Setting<Long> SEED =
      new Setting<>(
          "evaluate.seed",
          longNumber(),
          42L,
          "Seed of the intent protocol (42 is MTEB's) and of the bootstrap; separate from"
              + " run.seed, so that runs with other seeds are measured on the same draws.");
  public static final Setting<Integer> RESAMPLES =
      new Setting<>(
          "evaluate.resamples", wholeNumber(1), 1000, "Bootstrap resamples of each interval.");
  public static final Setting<Double> CONFIDENCE =
      new Setting<>(
          "evaluate.confidence",
          number().where("above 0 and below 1", share -> share > 0 && share < 1),
          0.95,
          "Share of the bootstrap distribution inside an interval.");
  public static final Setting<String> STS_SPLIT =
      new Setting<>(
          "evaluate.stsSplit",
          oneOf("validation", "test"),
          "validation",
          "Split of the graded pairs, and of the pairs of anchor and positive, that is reported.");
  public static final Setting<Integer> INTENT_EXPERIMENTS =
      new Setting<>(
          "evaluate.intentExperiments",
          wholeNumber(1),
          10,
          "Repetitions of the protocol of intents and of classification:FOLDER.");
  public static final Setting<Integer> INTENT_SAMPLES =
      new Setting<>(
          "evaluate.intentSamples",
          wholeNumber(1),
          8,
          "Training texts per intent, or label of classification:FOLDER, and experiment.");
  public static final Setting<Integer> TRIPLETS =
      new Setting<>(
          "evaluate.triplets",
          wholeNumber(0),
          2000,
          "Validation triplets at most, one per premise that has both an entailment and a"
              + " contradiction; also the samples of reranking at most; 0 = all.");
  public static final Setting<Integer> PAIRS =
      new Setting<>(
          "evaluate.pairs",
          wholeNumber(0),
          2000,
          "Validation pairs of NLI at most that are classified; 0 = all.");
  public static final Setting<Double> STS_MATCH =
      new Setting<>(
          "evaluate.stsMatch",
          numberBetween(0, 5),
          4.0,
          "Graded pairs from this score on count as the same when pairs are classified.");
  public static final Setting<String> RETRIEVAL_QUERIES =
      new Setting<>(
          "evaluate.retrieval.queries",
          text(),
          "",
          "Delta table of queries (id, text); empty = test texts of the intents search the training"
              + " texts of their intent.");
  public static final Setting<String> RETRIEVAL_CORPUS =
      new Setting<>(
          "evaluate.retrieval.corpus", text(), "", "Delta table of documents (id, text).");
  public static final Setting<String> RETRIEVAL_RELEVANCE =
      new Setting<>(
          "evaluate.retrieval.relevance",
          text(),
          "",
          "Delta table that says which documents answer a query; rows whose column score is 0 or"
              + " less are left out, if it has one.");
  public static final Setting<String> RETRIEVAL_ID =
      new Setting<>(
          "evaluate.retrieval.idColumn", name(), "id", "Column of ids in queries and corpus.");
  public static final Setting<String> RETRIEVAL_TEXT =
      new Setting<>("evaluate.retrieval.textColumn", name(), "text", "Column of texts in both.");
  public static final Setting<String> RETRIEVAL_QUERY =
      new Setting<>(
          "evaluate.retrieval.queryColumn",
          name(),
          "query_id",
          "Column of the query's id in the relevance table.");
  public static final Setting<String> RETRIEVAL_DOCUMENT =
      new Setting<>(
          "evaluate.retrieval.documentColumn",
          name(),
          "corpus_id",
          "Column of the document's id in the relevance table.");
  public static final Setting<Integer> RETRIEVAL_MOST =
      new Setting<>(
          "evaluate.retrieval.maxQueries",
          wholeNumber(0),
          1000,
          "Queries at most, chosen by a hash of their id; 0 = all.");
  public static final Setting<String> RERANKING_TABLE =
      new Setting<>(
          "evaluate.reranking.table",
          text(),
          "",
          "Delta table of triplets (anchor, positive, negative), grouped by anchor; empty ="
              + " premises of the NLI validation split: the entailed hypotheses against the"
              + " others.");
  public static final Setting<Integer> RERANK_K =
      new Setting<>(
          "evaluate.reranking.rerankK",
          wholeNumber(1),
          RankedListEvaluator.DEFAULT_RERANK_K,
          "Documents of each BM25 list that are reranked, in benchmarks of retrieval with a folder"
              + " bm25.");
  public static final Setting<Boolean> ALWAYS_RERANK_POSITIVES =
      new Setting<>(
          "evaluate.reranking.alwaysRerankPositives",
          flag(),
          true,
          "Reranks relevant documents that BM25 did not find too, so that a perfect order has 1;"
              + " false = only what it found.");
  public static final Setting<Boolean> CROSS =
      new Setting<>(
          "evaluate.cross",
          flag(),
          false,
          "Also evaluates the cross-encoder of the run, on sts, triplets, pairs and reranking.");
  public static final Setting<String> MATCH_CLASS =
      new Setting<>(
          "evaluate.matchClass",
          text(),
          "",
          "Class whose probability is the score of cross-encoders whose id2label names no match, by"
              + " name or number.");
  public static final Setting<Boolean> FULL =
      new Setting<>(
          "evaluate.full",
          flag(),
          false,
          "Also evaluates model.base with all its layers where model.layers cuts it.");
  public static final PromptSettings PROMPT =
      PromptSettings.of("evaluate.prompt", "the texts of sts, pairs and intents", Prompt.DEFAULT);
  public static final PromptSettings QUERY_PROMPT =
      PromptSettings.of(
          "evaluate.queryPrompt",
          "the queries of retrieval and reranking and the anchors of triplets",
          Prompt.QUERY);
  public static final PromptSettings CORPUS_PROMPT =
      PromptSettings.of(
          "evaluate.corpusPrompt",
          "the documents of retrieval and reranking and the other texts of triplets",
          Prompt.DOCUMENT);
  public static final Setting<Optional<List<Integer>>> SMALL_WIDTHS =
      new Setting<>(
          "evaluate.smallVectors.widths",
          listOf("a list of whole numbers >= 0", wholeNumber(0)).orNone(),
          Optional.empty(),
          "Components that embeddings are cut to, to measure small vectors on sts and retrieval; 0 ="
              + " all; null = matryoshkaDims of train.lossParameters, if it has any.");
  public static final Setting<List<EmbeddingPrecision>> SMALL_PRECISIONS =
      new Setting<>(
          "evaluate.smallVectors.precisions",
          listOf(
              "a list of float32, int8, uint8, binary, ubinary", oneOf(EmbeddingPrecision.class)),
          List.of(EmbeddingPrecision.FLOAT32, EmbeddingPrecision.INT8, EmbeddingPrecision.BINARY),
          "What the components of small vectors are kept in.");
  public static final Setting<Integer> MAX_ACTIVE_DIMS =
      new Setting<>(
          "evaluate.maxActiveDims",
          wholeNumber(0),
          0,
          "Of sparse encoders: dimensions of a vector that are kept, the heaviest; 0 = all.");
  public static final Setting<String> REPORT_DIR =
      new Setting<>(
          "report.dir",
          text(),
          "${run.dir}/report",
          "Directory of the HTML report and of metrics.json.");
  public static final Setting<String> REPORT_TITLE =
      new Setting<>("report.title", text(), "${run.name}", "Heading of the report.");

  public static final SettingGroup GROUP =
      new SettingGroup(
          "Evaluation and report",
          List.of(
              TASKS,
              TEACHER,
              SEED,
              RESAMPLES,
              CONFIDENCE,
              STS_SPLIT,
              INTENT_EXPERIMENTS,
              INTENT_SAMPLES,
              TRIPLETS,
              PAIRS,
              STS_MATCH,
              RETRIEVAL_QUERIES,
              RETRIEVAL_CORPUS,
              RETRIEVAL_RELEVANCE,
              RETRIEVAL_ID,
              RETRIEVAL_TEXT,
              RETRIEVAL_QUERY,
              RETRIEVAL_DOCUMENT,
              RETRIEVAL_MOST,
              RERANKING_TABLE,
              RERANK_K,
              ALWAYS_RERANK_POSITIVES,
              CROSS,
              MATCH_CLASS,
              FULL,
              PROMPT.text(),
              PROMPT.name(),
              QUERY_PROMPT.text(),
              QUERY_PROMPT.name(),
              CORPUS_PROMPT.text(),
              CORPUS_PROMPT.name(),
              SMALL_WIDTHS,
              SMALL_PRECISIONS,
              MAX_ACTIVE_DIMS,
              REPORT_DIR,
              REPORT_TITLE),
          List.of(
              SettingRule.require(
                  s ->
                      !s.get(TEACHER).isEmpty()
                          || !EvaluationTasks.of(s.get(TASKS)).has(Benchmark.Type.MSE),
                  "evaluate.teacher must name a model where evaluate.tasks has mse:FOLDER.",
                  TASKS,
                  TEACHER),
              SettingRule.mustBeRead(
                  TEACHER,
                  s -> EvaluationTasks.of(s.get(TASKS)).has(Benchmark.Type.MSE),
                  "evaluate.tasks has no mse:FOLDER",
                  TASKS),
              ofRankedLists(RERANK_K),
              ofRankedLists(ALWAYS_RERANK_POSITIVES),
              ofTables(RETRIEVAL_ID),
              ofTables(RETRIEVAL_TEXT),
              ofTables(RETRIEVAL_QUERY),
              ofTables(RETRIEVAL_DOCUMENT),
              SettingRule.mustBeRead(
                  SMALL_PRECISIONS,
                  s -> !smallWidths(s).isEmpty(),
                  "no widths are given by evaluate.smallVectors.widths or by matryoshkaDims of"
                      + " train.lossParameters",
                  SMALL_WIDTHS,
                  TrainSettings.LOSS_PARAMETERS),
              PROMPT.rule(),
              QUERY_PROMPT.rule(),
              CORPUS_PROMPT.rule(),
              SettingRule.require(
                  s ->
                      s.get(RETRIEVAL_QUERIES).isEmpty() == s.get(RETRIEVAL_CORPUS).isEmpty()
                          && s.get(RETRIEVAL_CORPUS).isEmpty()
                              == s.get(RETRIEVAL_RELEVANCE).isEmpty(),
                  "evaluate.retrieval.queries, evaluate.retrieval.corpus and"
                      + " evaluate.retrieval.relevance go together: set all three or none.",
                  RETRIEVAL_QUERIES,
                  RETRIEVAL_CORPUS,
                  RETRIEVAL_RELEVANCE)));

  /** Those that earlier versions did not have. */
  public static final Set<Setting<?>> LATER =
      Set.of(RERANK_K, ALWAYS_RERANK_POSITIVES, MAX_ACTIVE_DIMS);

  private EvaluateSettings() {}

  /**
   * The settings that the measures depend on; those of the report are not among them, nor those of
   * small vectors, see {@link #smallWidths}.
   */
  public static List<Setting<?>> ofMeasures() {
    List<Setting<?>> others = List.of(REPORT_DIR, REPORT_TITLE, SMALL_WIDTHS, SMALL_PRECISIONS);
    return GROUP.settings().stream().filter(setting -> !others.contains(setting)).toList();
  }

  /**
   * Components that embeddings are cut to beside whole ones.
   *
   * @return 0 for all; empty if small vectors are not measured
   */
  public static List<Integer> smallWidths(Settings settings) {
    return settings
        .get(SMALL_WIDTHS)
        .orElseGet(() -> LossRules.matryoshkaDims(settings.get(TrainSettings.LOSS_PARAMETERS)));
  }

  private static SettingRule ofRankedLists(Setting<?> setting) {
    return SettingRule.mustBeRead(
        setting,
        s -> EvaluationTasks.of(s.get(TASKS)).has(Benchmark.Type.RETRIEVAL),
        "evaluate.tasks has no benchmark of retrieval, such as NanoBEIR",
        TASKS);
  }

  private static SettingRule ofTables(Setting<?> setting) {
    return SettingRule.mustBeRead(
        setting,
        s -> !s.get(RETRIEVAL_QUERIES).isEmpty(),
        "evaluate.retrieval.queries names no table, and the table intents has columns of its own",
        RETRIEVAL_QUERIES);
  }
}
