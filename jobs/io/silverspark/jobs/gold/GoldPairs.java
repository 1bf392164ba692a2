package io.silverspark.jobs.gold;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import io.silverspark.jobs.config.GoldSettings;
import io.silverspark.jobs.config.RunSettings;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.stage.Fingerprint;
import io.silverspark.jobs.table.NliPairsTable;
import io.silverspark.jobs.table.PairsTable;
import io.silverspark.jobs.table.StoredTable;
import io.silverspark.jobs.table.StsPairsTable;
import io.silverspark.jobs.table.TableDefinition;
import io.silverspark.jobs.table.TableStore;
import io.silverspark.model.data.NliLabel;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The labelled training pairs of {@code gold.source}. With {@code gold.rows} set, the choice
 * depends on nothing but the rows' ids and {@code run.seed}; the rows that are not chosen are the
 * unlabelled rest, whose labels no job looks at.
 */
public final class GoldPairs {
  private static final String TRAIN = "split = 'train'";
  private static final float HIGHEST_SCORE = 5f;

  private final StoredTable table;
  private final Source source;
  private final int limit;
  private final long seed;

  private GoldPairs(StoredTable table, Source source, int limit, long seed) {
    this.table = table;
    this.source = source;
    this.limit = limit;
    this.seed = seed;
  }

  /**
   * A table as gold pairs.
   *
   * @param score similarity from 0 to 1
   * @param label class, -1 for graded pairs
   */
  private record Source(
      TableDefinition table, String first, String second, Column score, Column label) {
    static Source of(String name) {
      return switch (name) {
        case "sts" ->
            new Source(
                StsPairsTable.DEFINITION,
                "sentence1",
                "sentence2",
                col("score").divide(HIGHEST_SCORE),
                lit(-1));
        case "pairs" ->
            new Source(
                PairsTable.DEFINITION,
                "anchor",
                "positive",
                lit(1),
                lit(NliLabel.ENTAILMENT.number()));
        default ->
            new Source(
                NliPairsTable.DEFINITION,
                "premise",
                "hypothesis",
                when(col("label").equalTo(NliLabel.ENTAILMENT.number()), 1).otherwise(0),
                col("label"));
      };
    }
  }

  /**
   * The gold pairs of a job's settings.
   *
   * @param context gives settings and tables
   * @return the pairs, not yet read
   */
  public static GoldPairs of(JobContext context) {
    Source source = Source.of(context.get(GoldSettings.SOURCE));
    return new GoldPairs(
        TableStore.of(context).table(source.table()),
        source,
        context.get(GoldSettings.ROWS),
        context.get(RunSettings.SEED));
  }

  /**
   * The gold rows.
   *
   * @return columns id, sentence1, sentence2, score (0 to 1), label (-1 if graded), in the order of
   *     their choice
   */
  public Dataset<Row> rows() {
    Dataset<Row> ordered = ordered();
    return limit == 0 ? ordered : ordered.limit(limit);
  }

  /**
   * The gold rows with their place in the order of their choice.
   *
   * @return {@code position} beside the columns of {@link #rows()}
   */
  public Dataset<Row> positioned() {
    return rows().withColumn("position", position());
  }

  /** Number of gold rows or more, known without looking at them. */
  public long atMost() {
    return limit == 0 ? table.count() : limit;
  }

  private Column position() {
    return struct(xxhash64(col("id"), lit(seed)).as("hash"), col("id"));
  }

  /**
   * The training rows that are not gold, to be used without their labels.
   *
   * @return columns id, sentence1, sentence2; empty if all rows are gold
   */
  public Dataset<Row> rest() {
    Dataset<Row> texts = ordered().select("id", "sentence1", "sentence2");
    return limit == 0 ? texts.limit(0) : texts.offset(limit);
  }

  private Dataset<Row> ordered() {
    return table
        .readNonEmpty(TRAIN)
        .select(
            col("id"),
            col(source.first()).as("sentence1"),
            col(source.second()).as("sentence2"),
            source.score().cast("float").as("score"),
            source.label().as("label"))
        .orderBy(position());
  }

  /**
   * The gold rows on the driver.
   *
   * @return in the order of {@link #rows()}
   */
  public List<GoldPair> collect() {
    return rows().collectAsList().stream()
        .map(r -> new GoldPair(r.getString(1), r.getString(2), r.getFloat(3), r.getInt(4)))
        .toList();
  }

  /**
   * Name and version of the table.
   *
   * @return for lineage
   */
  public Map<String, Long> inputs() {
    return Map.of(table.definition().name(), table.version());
  }

  /**
   * Name of the table and number of gold pairs.
   *
   * @return one entry
   */
  public Map<String, Long> count() {
    return Map.of(table.definition().name() + " (gold)", rows().count());
  }

  /**
   * Adds what the choice depends on.
   *
   * @param context gives the settings
   * @param fingerprint of a stage that reads gold pairs
   */
  public void describe(JobContext context, Fingerprint fingerprint) {
    table.read(); // or else the message that names the command
    fingerprint
        .settings(context.settings(), GoldSettings.GROUP)
        .setting(context.settings(), RunSettings.SEED)
        .input(table.definition().name(), table.version());
  }
}
