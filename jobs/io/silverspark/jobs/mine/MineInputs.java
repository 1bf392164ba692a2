package io.silverspark.jobs.mine;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.greatest;
import static org.apache.spark.sql.functions.least;
import static org.apache.spark.sql.functions.lit;

import io.silverspark.jobs.config.GoldSettings;
import io.silverspark.jobs.config.MineSettings;
import io.silverspark.jobs.config.MinedTableSettings;
import io.silverspark.jobs.gold.GoldPairs;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.stage.Fingerprint;
import io.silverspark.jobs.table.IntentsTable;
import io.silverspark.jobs.table.NliPairsTable;
import io.silverspark.jobs.table.PairsTable;
import io.silverspark.jobs.table.StableId;
import io.silverspark.jobs.table.StoredTable;
import io.silverspark.jobs.table.StsPairsTable;
import io.silverspark.jobs.table.TableDefinition;
import io.silverspark.jobs.table.TableStore;
import io.silverspark.jobs.table.TextTable;
import io.silverspark.model.data.NliLabel;
import io.silverspark.model.error.UserException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** The ingested tables as mining sees them: training rows to use, labelled pairs to keep out. */
final class MineInputs {
  private static final String TRAIN = "split = 'train'";
  private static final List<TableDefinition> TABLES =
      List.of(
          NliPairsTable.DEFINITION,
          StsPairsTable.DEFINITION,
          IntentsTable.DEFINITION,
          PairsTable.DEFINITION);
  private static final TextTable CORPUS = new TextTable("mine.corpus", "mine.corpusColumn");

  /** An ingested table of pairs and its columns of texts. */
  private record PairColumns(TableDefinition table, String first, String second) {}

  private static final List<PairColumns> PAIRS =
      List.of(
          new PairColumns(NliPairsTable.DEFINITION, "premise", "hypothesis"),
          new PairColumns(StsPairsTable.DEFINITION, "sentence1", "sentence2"),
          new PairColumns(PairsTable.DEFINITION, "anchor", "positive"));

  private final JobContext context;
  private final TableStore tables;
  private Map<String, Long> versions;
  private String corpusContent = "";

  MineInputs(JobContext context) {
    this.context = context;
    this.tables = TableStore.of(context);
  }

  /** Versions of the tables that exist, by name, as they were at the first call. */
  Map<String, Long> versions() {
    if (versions == null) {
      versions = new TreeMap<>();
      for (TableDefinition definition : TABLES) {
        StoredTable table = tables.table(definition);
        if (table.exists()) {
          versions.put(definition.name(), table.version());
        }
      }
    }
    return versions;
  }

  /**
   * Training rows of the tables that exist, by name.
   *
   * @throws UserException if nothing has been ingested
   */
  Map<String, Long> trainCounts() {
    if (versions().isEmpty()) {
      throw new UserException("There is nothing to mine from. Run 'ingest' first.");
    }
    Map<String, Long> counts = new TreeMap<>();
    for (TableDefinition definition : TABLES) {
      if (versions().containsKey(definition.name())) {
        counts.put(definition.name(), trainRows(definition).count());
      }
    }
    return counts;
  }

  void describe(Fingerprint fingerprint) {
    fingerprint.settings(context.settings(), GoldSettings.GROUP);
    versions().forEach(fingerprint::input);
    describeCorpus(fingerprint);
  }

  /** Adds the content of a table of {@code mine.corpus}, as it was at the first call. */
  void describeCorpus(Fingerprint fingerprint) {
    Optional<Dataset<Row>> texts = corpusContent.isEmpty() ? corpus() : Optional.empty();
    texts.ifPresent(
        rows ->
            corpusContent =
                TextTable.content(
                    hasIds() ? rows.selectExpr("concat_ws(' ', corpus_id, text) AS text") : rows));
    if (!corpusContent.isEmpty()) {
      fingerprint.input("corpus texts", corpusContent);
    }
  }

  /**
   * The texts of a table of {@code mine.corpus}; blank ones are left out.
   *
   * @return column text, and with {@code mine.corpusId} column corpus_id; empty if the setting
   *     names no table
   * @throws UserException if the table cannot be read or lacks a column
   */
  Optional<Dataset<Row>> corpus() {
    if (!MineSettings.minesTable(context.settings())) {
      return Optional.empty();
    }
    String path = context.get(MineSettings.CORPUS);
    String column = context.get(MineSettings.CORPUS_COLUMN);
    Dataset<Row> table = CORPUS.read(context.spark(), path, column);
    Dataset<Row> texts =
        hasIds()
            ? table.select(
                col(column).as("text"),
                TextTable.ids(table, path, MinedTableSettings.CORPUS_ID.key(), ownIds())
                    .as("corpus_id"))
            : table.select(col(column).as("text"));
    return Optional.of(texts.where("text rlike '\\\\S'"));
  }

  private boolean hasIds() {
    return !ownIds().isEmpty();
  }

  private String ownIds() {
    return context.get(MinedTableSettings.CORPUS_ID);
  }

  /** Columns id, of a text, and corpus_id; empty without {@code mine.corpusId}. */
  Optional<Dataset<Row>> corpusIds() {
    return hasIds()
        ? corpus().map(rows -> rows.select(StableId.of(col("text")).as("id"), col("corpus_id")))
        : Optional.empty();
  }

  /**
   * Pairs whose labels may be used: of NLI, and of anchors and positives, which count as entailed.
   * Only the gold rows of the table that {@code gold.source} names.
   *
   * @return columns premise, hypothesis, label; empty where there are none
   */
  Dataset<Row> labelledPairs() {
    Dataset<Row> nli =
        labelled("nli", NliPairsTable.DEFINITION)
            .orElseGet(() -> trainRows(NliPairsTable.DEFINITION))
            .select("premise", "hypothesis", "label");
    Dataset<Row> pairs =
        labelled("pairs", PairsTable.DEFINITION)
            .orElseGet(
                () ->
                    trainRows(PairsTable.DEFINITION)
                        .select(
                            col("anchor").as("premise"),
                            col("positive").as("hypothesis"),
                            lit(NliLabel.ENTAILMENT.number()).as("label")));
    return nli.unionByName(pairs);
  }

  /** The gold rows, if they come of this table and it has rows. */
  private Optional<Dataset<Row>> labelled(String source, TableDefinition table) {
    boolean isGold = context.get(GoldSettings.SOURCE).equals(source);
    return isGold && !trainRows(table).isEmpty()
        ? Optional.of(
            GoldPairs.of(context)
                .rows()
                .select(
                    col("sentence1").as("premise"),
                    col("sentence2").as("hypothesis"),
                    col("label")))
        : Optional.empty();
  }

  /** Training rows of a table in its version of {@link #versions}, none if it is not there. */
  Dataset<Row> trainRows(TableDefinition definition) {
    Long version = versions().get(definition.name());
    return version != null
        ? tables.table(definition).read(version).where(TRAIN)
        : context.spark().createDataFrame(List.of(), definition.schema());
  }

  /**
   * Pairs that must not become silver: the gold pairs, which keep their own labels, and every
   * validation and test pair.
   *
   * @return columns first_id and second_id, the smaller first, distinct
   */
  Dataset<Row> knownPairs() {
    return withPairIds(known(), "sentence1", "sentence2")
        .select("first_id", "second_id")
        .distinct();
  }

  /** Columns id and text of the texts of {@link #knownPairs}, with repeats. */
  Dataset<Row> knownTexts() {
    return texts(known(), "sentence1", "sentence2");
  }

  /** Columns sentence1 and sentence2 of the gold, validation and test pairs, with repeats. */
  private Dataset<Row> known() {
    Dataset<Row> known = GoldPairs.of(context).rows().select("sentence1", "sentence2");
    for (PairColumns pairs : PAIRS) {
      StoredTable table = tables.table(pairs.table());
      if (table.exists()) {
        known =
            known.union(
                table.read().where("split <> 'train'").select(pairs.first(), pairs.second()));
      }
    }
    return known;
  }

  /** Adds first_id and second_id: the ids of two text columns, the smaller first. */
  static Dataset<Row> withPairIds(Dataset<Row> pairs, String first, String second) {
    Column one = StableId.of(col(first));
    Column other = StableId.of(col(second));
    return pairs
        .withColumn("first_id", least(one, other))
        .withColumn("second_id", greatest(one, other));
  }

  /** Columns id and text of some text columns, with repeats. */
  static Dataset<Row> texts(Dataset<Row> rows, String... columns) {
    return Arrays.stream(columns)
        .map(name -> rows.select(StableId.of(col(name)).as("id"), col(name).as("text")))
        .reduce(Dataset::union)
        .orElseThrow();
  }
}
