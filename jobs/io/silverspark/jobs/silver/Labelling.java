package io.silverspark.jobs.silver;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.silverspark.jobs.config.RunSettings;
import io.silverspark.jobs.config.SilverSettings;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.run.Progress;
import io.silverspark.jobs.run.RowCounter;
import io.silverspark.jobs.silver.CandidateChunks.Chunk;
import io.silverspark.jobs.stage.StageRecord;
import io.silverspark.jobs.table.CandidatePairsTable;
import io.silverspark.jobs.table.SilverPairsTable;
import io.silverspark.jobs.table.StoredTable;
import io.silverspark.jobs.table.TableStore;
import io.silverspark.udfs.PairScoring;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;

/**
 * One run of {@code label} that has something to do. Which chunks are done is read from the table
 * itself; the transaction id of an append keeps a second driver from committing the same chunk.
 */
final class Labelling {
  private static final int ROWS_PER_TASK = 512;

  private final JobContext context;
  private final LabellingModel model;
  private final CandidateChunks candidates;
  private final String labelling;
  private final StoredTable silver;
  private final long started = System.nanoTime();

  /**
   * A run.
   *
   * @param labelling identifies model, candidates and settings
   */
  Labelling(
      JobContext context, LabellingModel model, CandidateChunks candidates, String labelling) {
    this.context = context;
    this.model = model;
    this.candidates = candidates;
    this.labelling = labelling;
    this.silver = TableStore.of(context).table(SilverPairsTable.DEFINITION);
  }

  /** Labels the missing chunks. */
  StageRecord run() {
    silver.createIfAbsent();
    silver.delete("labelling <> '%s'".formatted(labelling));
    Set<Integer> done = committedChunks();
    List<Chunk> missing =
        candidates.chunks().stream().filter(chunk -> !done.contains(chunk.number())).toList();
    if (!done.isEmpty()) {
      tell("goes on after %,d of %,d chunks", done.size(), candidates.chunks().size());
    }
    label(missing);
    long rows = silver.count();
    if (rows != candidates.labelled()) {
      throw new IllegalStateException(
          "silver_pairs in %s has %d rows, expected %d; delete the table and run 'label' again"
              .formatted(silver.path(), rows, candidates.labelled()));
    }
    tell("%,d silver pairs%s", rows, leftOut());
    return record(rows);
  }

  private Set<Integer> committedChunks() {
    return silver.read().select("chunk").distinct().as(Encoders.INT()).collectAsList().stream()
        .collect(Collectors.toSet());
  }

  private void label(List<Chunk> missing) {
    long pairs = missing.stream().mapToLong(Chunk::labelled).sum();
    String writer = "label-%s-%d".formatted(labelling, silver.lastRewrite());
    try (Progress progress = context.console().progress("label", pairs);
        RowCounter counter = new RowCounter(context.spark(), progress)) {
      for (Chunk chunk : missing) {
        progress.note("chunk %d of %d".formatted(chunk.number() + 1, candidates.chunks().size()));
        silver.append(counter.counted(silverRows(chunk)), writer, chunk.number(), inputs());
      }
    }
  }

  /** Dealt to tasks by id and sorted, so a pair always shares its batch with the same others. */
  private Dataset<Row> silverRows(Chunk chunk) {
    int tasks = Math.toIntExact(1 + chunk.labelled() / ROWS_PER_TASK);
    Dataset<Row> pairs =
        candidates
            .pairs(chunk)
            .select("id", "sentence1", "sentence2", "chunk")
            .repartition(tasks, col("id"))
            .sortWithinPartitions("id");
    Dataset<Row> scored =
        PairScoring.classifyPairs(
            pairs, "sentence1", "sentence2", "probability", "class", model.spec());
    boolean hard = context.get(SilverSettings.LABELS).equals("hard");
    return scored
        .withColumn("score", hard ? SilverLabels.hard(model.labels()) : col("probability"))
        .withColumn("label", SilverLabels.nliClass(model.labels()))
        .withColumn("model", lit(model.id()))
        .withColumn("labelling", lit(labelling));
  }

  private Map<String, Long> inputs() {
    return Map.of(CandidatePairsTable.DEFINITION.name(), candidates.version());
  }

  private StageRecord record(long rows) {
    return new StageRecord(
        LabelJob.STAGE,
        labelling,
        Map.of(silver.definition().name(), silver.version()),
        candidates.labelled() + candidates.blank(),
        rows,
        (System.nanoTime() - started) / 1e9,
        String.format(Locale.ROOT, "%,d chunks%s", candidates.chunks().size(), leftOut()),
        LabelDetails.json(silver.read(), context.get(RunSettings.SEED)));
  }

  private String leftOut() {
    return candidates.blank() == 0
        ? ""
        : String.format(Locale.ROOT, ", %,d pairs with a blank text left out", candidates.blank());
  }

  private void tell(String format, Object... values) {
    context.console().tell("label: " + String.format(Locale.ROOT, format, values));
  }
}
