package io.silverspark.jobs.label;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.left;
import static org.apache.spark.sql.functions.length;
import static org.apache.spark.sql.functions.lit;

import io.silverspark.jobs.config.RunSettings;
import io.silverspark.jobs.config.SilverSettings;
import io.silverspark.jobs.label.CandidateChunks.Chunk;
import io.silverspark.jobs.run.ComputedRows;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.run.Progress;
import io.silverspark.jobs.run.RowCounter;
import io.silverspark.jobs.stage.SpeedLine;
import io.silverspark.jobs.stage.StageRecord;
import io.silverspark.jobs.table.CandidatePairsTable;
import io.silverspark.jobs.table.QuarantineTable;
import io.silverspark.jobs.table.SilverPairsTable;
import io.silverspark.jobs.table.StableId;
import io.silverspark.jobs.table.StoredTable;
import io.silverspark.jobs.table.TableStore;
import io.silverspark.model.config.Settings;
import io.silverspark.model.files.ClassNames;
import io.silverspark.udfs.columns.BalancedRows;
import io.silverspark.udfs.columns.PairScoring;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of {@code label} that has something to do. Which pairs are done is read from the tables
 * themselves; the transaction id of an append keeps a second driver from committing the same chunk.
 * The silver pairs of a chunk are committed before those that go to quarantine, so that a run that
 * dies between scores no good pair twice.
 */
final class Labelling {
  /** Many rows of similar length in a batch, and few starts of tasks. */
  private static final int ROWS_PER_TASK = 2048;

  /** Below this a task costs more than it scores. */
  private static final int LEAST_ROWS_PER_TASK = 256;

  private static final int ROWS_PER_FILE = 200_000;

  private static final Logger LOG = LoggerFactory.getLogger(Labelling.class);
  private static final int ATTEMPTS = 3;
  private static final int RAW_CHARACTERS = 10_000;

  /** Column that says why a pair has no label. */
  static final String REASON = "reason";

  private final JobContext context;
  private final LabellingModel model;
  private final CandidateChunks candidates;
  private final String labelling;
  private final StoredTable silver;
  private final StoredTable quarantine;
  private final long started = System.nanoTime();

  /**
   * A run.
   *
   * @param labelling identifies model and settings
   */
  Labelling(
      JobContext context, LabellingModel model, CandidateChunks candidates, String labelling) {
    this.context = context;
    this.model = model;
    this.candidates = candidates;
    this.labelling = labelling;
    this.silver = TableStore.of(context).table(SilverPairsTable.DEFINITION);
    this.quarantine = TableStore.of(context).table(QuarantineTable.DEFINITION);
  }

  /** Labels the missing pairs and removes what is out of date. */
  StageRecord run(String fingerprint) {
    boolean fresh = silver.createIfAbsent() && !quarantine.exists();
    if (!fresh) {
      removeOutdated();
    }
    List<Chunk> missing = fresh ? candidates.all() : candidates.missing(done());
    long toDo = missing.stream().mapToLong(Chunk::missing).sum();
    if (toDo < candidates.total()) {
      tell(
          "continues after %,d of %,d pairs, %,d of %,d chunks are left",
          candidates.total() - toDo,
          candidates.total(),
          missing.size(),
          candidates.chunks().size());
    }
    label(missing, toDo);
    long rows = silver.count();
    long refused = quarantine.exists() ? quarantined().count() : 0;
    if (rows + refused != candidates.total()) {
      throw new IllegalStateException(
          "silver_pairs in %s has %d rows and %d are in quarantine, expected %d together: another"
                  .formatted(silver.path(), rows, refused, candidates.total())
              + " job changed the tables meanwhile; run 'label' again");
    }
    tell("%,d silver pairs%s", rows, inQuarantine(refused));
    return record(fingerprint, rows, refused);
  }

  private void removeOutdated() {
    String others = "labelling <> '%s'".formatted(labelling);
    quarantine.delete(QuarantineTable.OF_LABEL + " AND split <> '%s'".formatted(labelling));
    silver.delete(others);
    Dataset<Row> ids = candidates.rows().select("id");
    long vanished = silver.retain(ids, "id", "true");
    quarantine.retain(ids.withColumnRenamed("id", "line"), "line", QuarantineTable.OF_LABEL);
    if (vanished > 0) {
      tell("%,d pairs are no longer candidates and were deleted", vanished);
    }
    long repeated = silver.deleteRepeated("id");
    if (repeated > 0) {
      tell("%,d pairs were there more than once and are labelled again", repeated);
    }
  }

  /** Ids of the pairs that are labelled or in quarantine. */
  private Dataset<Row> done() {
    Dataset<Row> labelled = silver.read().select("id");
    return quarantine.exists()
        ? labelled.union(quarantined().select(col("line").as("id")))
        : labelled;
  }

  private Dataset<Row> quarantined() {
    return quarantine.read().where(QuarantineTable.OF_LABEL);
  }

  private void label(List<Chunk> missing, long pairs) {
    String series = "label-%s-%d".formatted(labelling, candidates.version());
    Writers writers = new Writers(writer(series, silver), writer(series, quarantine));
    LabellingTime time = new LabellingTime();
    try (Progress progress = context.console().progress("label", pairs);
        RowCounter counter = new RowCounter(context.spark(), progress)) {
      for (Chunk chunk : missing) {
        String name = "chunk %d of %d".formatted(chunk.number() + 1, candidates.chunks().size());
        progress.note(name);
        context.phase(name, () -> label(chunk, counter, time, writers));
      }
    }
    time.text().ifPresent(text -> tell("%s", text));
  }

  /** Scores, checks and commits a chunk; again from the start if its scores are lost meanwhile. */
  private void label(Chunk chunk, RowCounter counter, LabellingTime time, Writers writers) {
    for (int attempt = 1; ; attempt++) {
      try {
        time.measure(
            chunk,
            () -> ComputedRows.of(counter.counted(scored(chunk))),
            scored -> {
              RefusedPairs refused = RefusedPairs.of(scored);
              refused.check(context.settings(), chunk);
              commit(chunk, scored, refused, writers);
            });
        return;
      } catch (Exception e) { // Scala throws Spark's checked exceptions undeclared
        if (attempt == ATTEMPTS || !ComputedRows.areLost(e)) {
          throw e;
        }
        LOG.warn("chunk={} is scored again: an executor was lost with its scores", chunk.number());
      }
    }
  }

  /** Names of the two series of appends. */
  private record Writers(String silver, String quarantine) {}

  /** A series is a new one after rows were deleted, so that its chunks are not taken for done. */
  private static String writer(String series, StoredTable table) {
    return "%s-%d".formatted(series, table.exists() ? table.lastRewrite() : 0);
  }

  private void commit(Chunk chunk, Dataset<Row> scored, RefusedPairs refused, Writers writers) {
    silver.append(
        silverRows(scored.where(col(REASON).isNull())).coalesce(files(chunk.missing())),
        writers.silver(),
        chunk.number(),
        inputs());
    if (refused.pairs() > 0) {
      Dataset<Row> rows = quarantineRows(scored.where(col(REASON).isNotNull()));
      quarantine.append(rows, writers.quarantine(), chunk.number(), inputs());
    }
  }

  /** The pairs of a chunk with probability and class, or with the reason why there are none. */
  private Dataset<Row> scored(Chunk chunk) {
    Dataset<Row> pairs =
        candidates
            .pairs(chunk, done())
            .select("id", "sentence1", "sentence2", "chunk")
            .withColumn(
                REASON, RefusedPairs.reasonNotShown(context.get(SilverSettings.MAX_CHARACTERS)));
    Dataset<Row> bad =
        pairs
            .where(col(REASON).isNotNull())
            .withColumn("probability", lit(null).cast("float"))
            .withColumn("class", lit(null).cast("int"))
            .withColumn("shown", lit(false));
    Dataset<Row> good = pairs.where(col(REASON).isNull()).drop(REASON);
    int tasks = tasks(chunk.missing(), context.spark().sparkContext().defaultParallelism());
    Column characters = length(col("sentence1")).plus(length(col("sentence2")));
    Dataset<Row> classified =
        PairScoring.classifyEachPair(
            BalancedRows.deal(good, characters, "id", tasks),
            "sentence1",
            "sentence2",
            "probability",
            "class",
            REASON,
            model.spec());
    return classified.withColumn("shown", lit(true)).unionByName(bad);
  }

  /** So many that each has {@link #ROWS_PER_TASK} rows; more where cores would idle. */
  static int tasks(long rows, int cores) {
    long large = rows / ROWS_PER_TASK;
    long busy = Math.min(cores, rows / LEAST_ROWS_PER_TASK);
    return Math.toIntExact(1 + Math.max(large, busy - 1));
  }

  /** Few large files: one for each task would make the table slow to read. */
  private static int files(long rows) {
    return Math.toIntExact(1 + rows / ROWS_PER_FILE);
  }

  private Dataset<Row> silverRows(Dataset<Row> scored) {
    return scored
        .withColumn("score", score(context.settings(), model.classes(), model.match()))
        .withColumn("label", SilverLabels.nliClass(model.classes()))
        .withColumn("model", lit(model.id()))
        .withColumn("labelling", lit(labelling));
  }

  /** The label of a scored pair. */
  static Column score(Settings settings, ClassNames classes, int match) {
    return settings.get(SilverSettings.LABELS).equals("hard")
        ? SilverLabels.hard(classes, match)
        : col("probability");
  }

  private Dataset<Row> quarantineRows(Dataset<Row> refused) {
    return refused
        .withColumn("target", lit(silver.definition().name()))
        .withColumn("split", lit(labelling))
        .withColumn("source", lit(CandidatePairsTable.DEFINITION.name()))
        .withColumn("line", col("id"))
        .withColumn(
            "raw", left(concat_ws("\t", col("sentence1"), col("sentence2")), lit(RAW_CHARACTERS)))
        .withColumn("id", StableId.of(col("target"), col("split"), col("source"), col("line")));
  }

  private Map<String, Long> inputs() {
    return Map.of(CandidatePairsTable.DEFINITION.name(), candidates.version());
  }

  private StageRecord record(String fingerprint, long rows, long refused) {
    return new StageRecord(
        LabelJob.STAGE,
        fingerprint,
        Map.of(silver.definition().name(), silver.version()),
        inputs(),
        candidates.total(),
        rows,
        (System.nanoTime() - started) / 1e9,
        LabellingTime.counted(candidates.chunks().size())
            + inQuarantine(refused)
            + SpeedLine.log(context, LabelJob.STAGE, "pairs"),
        LabelDetails.json(silver.read(), context.get(RunSettings.SEED), model.spec().precision()));
  }

  private static String inQuarantine(long pairs) {
    return pairs == 0 ? "" : String.format(Locale.ROOT, ", %,d pairs in quarantine", pairs);
  }

  private void tell(String format, Object... values) {
    context.console().tell("label: " + String.format(Locale.ROOT, format, values));
  }
}
