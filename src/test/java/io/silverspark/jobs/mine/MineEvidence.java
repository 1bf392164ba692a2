package io.silverspark.jobs.mine;

import io.silverspark.jobs.config.MineSettings;
import io.silverspark.jobs.config.MinedTableSettings;
import io.silverspark.jobs.config.ModelSettings;
import io.silverspark.jobs.config.SearchSettings;
import io.silverspark.jobs.config.SettingEvidence;
import io.silverspark.jobs.config.SilverSettings;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.table.EmbeddingsTable;
import io.silverspark.jobs.table.TableStore;
import io.silverspark.model.config.Setting;
import io.silverspark.udfs.mining.MinedRows;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** How triplets and candidate pairs are found. */
public final class MineEvidence {
  private static final String MODEL = "src/test/resources/io/silverspark/version-0.1.0/bi-encoder";

  private static final String OUTPUT = "mine.output=mined";
  private static final String N_TUPLE = "mine.outputFormat=n-tuple";

  private MineEvidence() {}

  /**
   * Adds the evidence.
   *
   * @param run directory of a run with the table nli_pairs of 24 training rows
   */
  public static void add(SettingEvidence evidence, Path run) {
    String dir = "run.dir=" + run;
    triplets(evidence, dir);
    candidates(evidence, dir);
    searches(evidence, dir);
  }

  private static void triplets(SettingEvidence evidence, String dir) {
    SettingEvidence.Outcome miner = Triplets::miner;
    evidence.changes(MineSettings.QUERY_PROMPT.text(), "x", MiningModel::ofQueries);
    evidence.changes(MineSettings.QUERY_PROMPT.name(), "web", MiningModel::ofQueries);
    evidence.changes(MineSettings.CORPUS_PROMPT.text(), "x", MiningModel::ofCorpus);
    evidence.changes(MineSettings.CORPUS_PROMPT.name(), "web", MiningModel::ofCorpus);
    evidence.changes(SilverSettings.PROMPT.text(), "x", MiningModel::ofSentences);
    evidence.changes(SilverSettings.PROMPT.name(), "web", MiningModel::ofSentences);
    evidence.changes(MineSettings.STRATEGY, "semi-hard", miner);
    evidence.changes(MineSettings.NEGATIVES_PER_ANCHOR, "3", miner);
    evidence.changes(MineSettings.RANGE_MIN, "2", miner);
    evidence.changes(MineSettings.RANGE_MAX, "7", miner);
    evidence.changes(MineSettings.MAX_SCORE, "0.9", miner);
    evidence.changes(MineSettings.MIN_SCORE, "0.1", miner);
    for (String strategy : List.of("easy", "semi-hard", "hard")) {
      evidence.changes(MineSettings.MARGIN, "0.3", miner, "mine.strategy=" + strategy);
    }
    evidence.changes(MineSettings.RELATIVE_MARGIN, "0.05", miner);
    evidence.changes(MineSettings.SAMPLING, "random", miner);
    evidence.isRefused(
        MineSettings.SAMPLING,
        "random",
        "mine.sampling is set, but nothing reads it: mine.strategy = easy always draws at random."
            + " Remove it.",
        "mine.strategy=easy");
    evidence.changes(
        MineSettings.CORPUS,
        "hypotheses",
        context -> TripletSource.of(context, new MineInputs(context)).corpus().count(),
        dir);
    evidence.changes(
        MineSettings.CORPUS_COLUMN,
        "other",
        context -> TripletSource.of(context, new MineInputs(context)).corpus().count(),
        dir,
        "mine.corpus=query:SELECT 'first new' AS text, explode(array('second new', 'third new')) AS other");
    evidence.changes(
        MineSettings.CROSS_ENCODER, "models/x", MiningModel::crossEncoder, "mine.margin=0.1");
    evidence.changes(
        MineSettings.MATCH_CLASS,
        "yes",
        MiningModel::crossEncoder,
        "mine.margin=0.1",
        "mine.crossEncoder=models/x");
    evidence.changes(
        MineSettings.EMBEDDINGS,
        "table",
        MineEvidence::keepsEmbeddings,
        dir,
        "model.base=src/test/resources/io/silverspark/version-0.1.0/bi-encoder");
    evidence.changes(MinedTableSettings.INCLUDE_POSITIVES, "true", miner, OUTPUT, N_TUPLE);
    evidence.changes(MinedTableSettings.OUTPUT, "mined", MinedTable::of);
    evidence.changes(
        MinedTableSettings.OUTPUT_FORMAT, "labeled-list", MineEvidence::columns, OUTPUT);
    evidence.changes(MinedTableSettings.OUTPUT_SCORES, "true", MineEvidence::columns, OUTPUT);
    evidence.changes(
        MinedTableSettings.CORPUS_ID,
        "other",
        context -> new MineInputs(context).corpusIds().map(ids -> ids.first().getString(1)),
        OUTPUT,
        "mine.corpus=query:SELECT 'first' AS text, 'a' AS other");
    isUnread(evidence, MinedTableSettings.OUTPUT_FORMAT, "n-tuple", "there is no mine.output");
    isUnread(evidence, MinedTableSettings.OUTPUT_SCORES, "true", "there is no mine.output");
    evidence.changes(
        MineSettings.PRODUCE,
        "triplets",
        context -> {
          MiningRun mining = new MiningRun(context, new MineInputs(context));
          return Stream.of("triplets", "candidates").filter(mining::produces).toList();
        },
        dir);
  }

  private static void isUnread(
      SettingEvidence evidence, Setting<?> setting, String value, String why) {
    evidence.isRefused(
        setting, value, "%s is set, but nothing reads it: %s. Remove it.".formatted(setting, why));
  }

  /** Columns of the user's table. */
  private static List<String> columns(JobContext context) {
    Dataset<Row> documents =
        context
            .spark()
            .sql("SELECT 1L anchor_id, 'a' anchor, 0 rank, 2L document_id, 'b' document, 1f score");
    return List.of(
        MinedTable.of(context).orElseThrow().rows(context, MinedRows.of(documents)).columns());
  }

  private static boolean keepsEmbeddings(JobContext context) {
    Dataset<Row> none = context.spark().sql("select 1L as id, 'a' as text").limit(0);
    EmbeddedTexts.of(context, none, MiningModel.ofCorpus(context)).close();
    return TableStore.of(context).table(EmbeddingsTable.DEFINITION).exists();
  }

  private static void candidates(SettingEvidence evidence, String dir) {
    evidence.changes(SilverSettings.METHOD, "relabel", Candidates::areRecombined);
    evidence.changes(
        SilverSettings.CORPUS,
        "nli",
        context -> Candidates.sentences(context, new MineInputs(context)).count(),
        dir,
        "gold.source=nli",
        "gold.rows=20");
    SettingEvidence.Outcome policy =
        context -> new Candidates(context, null, null, null, null).policy();
    evidence.changes(SilverSettings.ROWS, "77", policy);
    evidence.changes(SilverSettings.PER_SENTENCE, "9", policy);
    evidence.changes(SilverSettings.SAMPLING, "random", policy);
    evidence.changes(SilverSettings.RANDOM_SHARE, "0.5", policy);
    evidence.changes(
        SilverSettings.CHUNK_ROWS, "10", context -> MiningRun.chunk(context).toString());
    evidence.changes(SilverSettings.CANDIDATE_MODEL, MODEL, MiningModel::ofCorpus);
    evidence.changes(ModelSettings.BASE, MODEL, MiningModel::ofCorpus);
    for (Setting<?> setting : List.of(SilverSettings.PER_SENTENCE, SilverSettings.CORPUS)) {
      evidence.isRefused(
          setting,
          setting == SilverSettings.CORPUS ? "nli" : "9",
          "%s is set, but nothing reads it: silver.method = relabel takes the pairs as they are."
                  .formatted(setting)
              + " Remove it.",
          "silver.method=relabel");
    }
    evidence.isRefused(
        SilverSettings.RANDOM_SHARE,
        "0.5",
        "silver.randomShare is set, but nothing reads it: silver.sampling = random takes random"
            + " pairs alone. Remove it.",
        "silver.sampling=random");
    evidence.isRefused(
        SilverSettings.SEARCH,
        "hnsw",
        "silver.search is set, but nothing reads it: all pairs are random (silver.sampling,"
            + " silver.randomShare), so no neighbours are searched. Remove it.",
        "silver.sampling=random");
  }

  private static void searches(SettingEvidence evidence, String dir) {
    SettingEvidence.Outcome negatives =
        context -> shown(new Searches(context, new MineInputs(context)).forNegatives());
    SettingEvidence.Outcome pairs =
        context -> shown(new Searches(context, new MineInputs(context)).forPairs());
    evidence.changes(MineSettings.SEARCH, "hnsw", negatives, dir);
    evidence.changes(SilverSettings.SEARCH, "bm25", pairs, dir);
    evidence.changes(SearchSettings.BLOCK_ROWS, "64", negatives, dir);
    evidence.changes(SearchSettings.INDEX_ROWS, "64", pairs, dir, "silver.search=bm25");
    String hnsw = "mine.search=hnsw";
    evidence.changes(SearchSettings.CONNECTIONS, "4", negatives, dir, hnsw);
    evidence.changes(SearchSettings.BEAM_WIDTH, "40", negatives, dir, hnsw);
    evidence.changes(SearchSettings.WIDTH, "40", negatives, dir, hnsw);
    evidence.changes(SearchSettings.RECALL_SAMPLE, "0", negatives, dir, hnsw);
    evidence.changes(SearchSettings.PRECISION, "int8", negatives, dir, hnsw);
    for (Setting<Integer> setting :
        List.of(
            SearchSettings.CONNECTIONS,
            SearchSettings.BEAM_WIDTH,
            SearchSettings.WIDTH,
            SearchSettings.RECALL_SAMPLE)) {
      evidence.changes(
          setting,
          "60",
          context -> {
            new MineJob().check(context);
            return "accepted";
          });
    }
  }

  /** A context has no equality of its own. */
  private static String shown(Object search) {
    return search.toString().replaceAll("context=[^,]*, inputs=[^\\]]*", "");
  }
}
