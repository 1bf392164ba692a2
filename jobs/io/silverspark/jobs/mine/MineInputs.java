package io.silverspark.jobs.mine;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.greatest;
import static org.apache.spark.sql.functions.least;

import io.silverspark.jobs.config.GoldSettings;
import io.silverspark.jobs.gold.GoldPairs;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.stage.Fingerprint;
import io.silverspark.jobs.table.IntentsTable;
import io.silverspark.jobs.table.NliPairsTable;
import io.silverspark.jobs.table.StableId;
import io.silverspark.jobs.table.StoredTable;
import io.silverspark.jobs.table.StsPairsTable;
import io.silverspark.jobs.table.TableDefinition;
import io.silverspark.jobs.table.TableStore;
import io.silverspark.model.error.UserException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** The ingested tables as mining sees them: training rows to use, labelled pairs to keep out. */
final class MineInputs {
  private static final String TRAIN = "split = 'train'";
  private static final List<TableDefinition> TABLES =
      List.of(NliPairsTable.DEFINITION, StsPairsTable.DEFINITION, IntentsTable.DEFINITION);

  private final JobContext context;
  private final TableStore tables;
  private Map<String, Long> versions;

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
  }

  /**
   * NLI pairs whose labels may be used: the gold rows where {@code gold.source = nli}, else all
   * training rows.
   *
   * @return columns premise, hypothesis, label; empty where there is no NLI
   */
  Dataset<Row> labelledNli() {
    boolean isGold = context.get(GoldSettings.SOURCE).equals("nli");
    Dataset<Row> train = trainRows(NliPairsTable.DEFINITION);
    if (!isGold || train.isEmpty()) {
      return train.select("premise", "hypothesis", "label");
    }
    return GoldPairs.of(context)
        .rows()
        .select(col("sentence1").as("premise"), col("sentence2").as("hypothesis"), col("label"));
  }

  /** Training rows of a table, none if the table is not there. */
  Dataset<Row> trainRows(TableDefinition definition) {
    StoredTable table = tables.table(definition);
    return table.exists()
        ? table.read().where(TRAIN)
        : context.spark().createDataFrame(List.of(), definition.schema());
  }

  /**
   * Pairs that must not become silver: the gold pairs, which keep their own labels, and every
   * validation and test pair.
   *
   * @return columns first_id and second_id, the smaller first, distinct
   */
  Dataset<Row> knownPairs() {
    Dataset<Row> gold = GoldPairs.of(context).rows().select("sentence1", "sentence2");
    Dataset<Row> known = ids(gold, "sentence1", "sentence2");
    for (TableDefinition definition : List.of(NliPairsTable.DEFINITION, StsPairsTable.DEFINITION)) {
      StoredTable table = tables.table(definition);
      boolean isNli = definition == NliPairsTable.DEFINITION;
      if (table.exists()) {
        Dataset<Row> evaluation = table.read().where("split <> 'train'");
        known =
            known.union(
                ids(
                    evaluation,
                    isNli ? "premise" : "sentence1",
                    isNli ? "hypothesis" : "sentence2"));
      }
    }
    return known.distinct();
  }

  /** Columns id and text of the texts of {@link #knownPairs}, with repeats. */
  Dataset<Row> knownTexts() {
    Dataset<Row> known = texts(GoldPairs.of(context).rows(), "sentence1", "sentence2");
    for (TableDefinition definition : List.of(NliPairsTable.DEFINITION, StsPairsTable.DEFINITION)) {
      StoredTable table = tables.table(definition);
      boolean isNli = definition == NliPairsTable.DEFINITION;
      if (table.exists()) {
        known =
            known.union(
                texts(
                    table.read().where("split <> 'train'"),
                    isNli ? "premise" : "sentence1",
                    isNli ? "hypothesis" : "sentence2"));
      }
    }
    return known;
  }

  private static Dataset<Row> ids(Dataset<Row> pairs, String first, String second) {
    return withPairIds(pairs, first, second).select("first_id", "second_id");
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
