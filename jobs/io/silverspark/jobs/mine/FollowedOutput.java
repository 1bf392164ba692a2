package io.silverspark.jobs.mine;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;

import io.silverspark.jobs.config.GoldSettings;
import io.silverspark.jobs.config.MineSettings;
import io.silverspark.jobs.config.RunSettings;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.run.PlannedStage;
import io.silverspark.jobs.stream.StreamNotes;
import io.silverspark.jobs.stream.StreamOptions;
import io.silverspark.jobs.table.CandidatePairsTable;
import io.silverspark.jobs.table.RowNumbers;
import io.silverspark.jobs.table.StableId;
import io.silverspark.jobs.table.StoredTable;
import io.silverspark.jobs.table.StreamMark;
import io.silverspark.jobs.table.TableAddress;
import io.silverspark.jobs.table.TableStore;
import io.silverspark.model.config.Setting;
import io.silverspark.model.error.UserException;
import io.silverspark.udfs.mining.MinedRows;
import io.silverspark.udfs.serving.EncodeSpec;
import io.silverspark.udfs.serving.ModelFingerprint;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Where a stream of mined rows goes: {@code mine.output}, and the table {@code candidate_pairs} for
 * {@code label}. A batch is appended to each under its number, which Delta skips if it has it.
 *
 * @param table {@code mine.output}
 * @param candidates empty if {@code mine.produce = triplets}
 * @param checkpoint directory of the progress
 * @param stream name of the stream
 */
record FollowedOutput(
    JobContext context,
    Optional<MinedTable> table,
    Optional<StoredTable> candidates,
    String checkpoint,
    String stream) {

  /**
   * Makes sure that no other stream or job fills the tables.
   *
   * @throws UserException if one does, or settings do not go with a stream
   */
  static FollowedOutput claim(JobContext context, StreamOptions options) {
    String produce = context.get(MineSettings.PRODUCE);
    Optional<MinedTable> table = MinedTable.of(context);
    if (table.isEmpty() && !produce.equals("candidates")) {
      throw new UserException(
          "mine --follow writes mine.output, which is empty: set it, or mine.produce = candidates");
    }
    if (context.get(GoldSettings.SOURCE).equals("pairs") && context.get(GoldSettings.ROWS) > 0) {
      throw new UserException(
          "gold.rows = %d is not possible with mine --follow, which mines every pair that arrives"
              .formatted(context.get(GoldSettings.ROWS)));
    }
    Optional<StoredTable> candidates = candidates(context);
    String checkpoint = options.checkpoint(() -> usualCheckpoint(context, table));
    Optional<StreamMark> mark = table.map(each -> new StreamMark(context.spark(), each.address()));
    boolean isMarked = mark.flatMap(StreamMark::checkpoint).isPresent();
    StreamNotes notes =
        new StreamNotes(
            checkpoint,
            "silverspark-stream.properties",
            "rows would be mined in two ways: name another mine.output, or give --checkpoint");
    if (table.isPresent()
        && !isMarked
        && table.get().address().exists(context.spark())
        && !(notes.exist(context.spark()) && isUntouched(context, table.get().address()))) {
      throw new UserException(
          "mine.output = '%s' is a table that no stream began, and mine --follow begins with an empty one: name another or remove it"
              .formatted(table.get().address()));
    }
    candidates.ifPresent(StoredTable::createIfAbsent); // the progress may lie in its directory
    String stream = notes.claim(context.spark(), notes(context), Map.of());
    if (isMarked) {
      mark.get().claim(stream, checkpoint);
    }
    candidates.ifPresent(each -> each.streamMark().claim(stream, checkpoint));
    return new FollowedOutput(context, table, candidates, checkpoint, stream);
  }

  /**
   * Whether a table was created and nothing else, as by a stream that was killed before its mark.
   */
  private static boolean isUntouched(JobContext context, TableAddress table) {
    return table.delta(context.spark()).history().count() == 1
        && table.read(context.spark()).isEmpty();
  }

  /** What a stream would read now and write. */
  static PlannedStage plan(JobContext context, Map<String, Long> rows) {
    FollowedOutput output =
        new FollowedOutput(context, MinedTable.of(context), candidates(context), "", "");
    return new PlannedStage(
        MineJob.STAGE, PlannedStage.Status.RUNS, rows, output.places(), "pairs as they arrive");
  }

  private static Optional<StoredTable> candidates(JobContext context) {
    return context.get(MineSettings.PRODUCE).equals("triplets")
        ? Optional.empty()
        : Optional.of(TableStore.of(context).table(CandidatePairsTable.DEFINITION));
  }

  private static String usualCheckpoint(JobContext context, Optional<MinedTable> table) {
    return table
        .map(each -> each.address().text())
        .filter(path -> !TableAddress.isName(path))
        .map(path -> path + "/_checkpoints/mine")
        .orElseGet(
            () ->
                TableStore.of(context)
                    .path(
                        "candidate_pairs/_checkpoints/mine", "a checkpoint", "give --checkpoint"));
  }

  /** What the mined rows depend on, besides pairs and corpus. */
  private static Properties notes(JobContext context) {
    Properties notes = new Properties();
    Stream<Setting<?>> settings =
        Stream.concat(
            Stream.of(RunSettings.SEED),
            MineSettings.GROUP.settings().stream()
                .filter(setting -> setting != MineSettings.EMBEDDINGS));
    settings.forEach(
        setting -> {
          Object value = context.get(setting);
          notes.setProperty(
              setting.key(),
              String.valueOf(value instanceof Optional<?> o ? o.orElse(null) : value));
        });
    EncodeSpec model = MiningModel.ofCorpus(context);
    notes.setProperty("model", model.model());
    notes.setProperty("model content", ModelFingerprint.of(model.model()));
    notes.setProperty("precision", model.precision().title());
    notes.setProperty("prompt of the anchors", MiningModel.ofQueries(context).prompt().toString());
    notes.setProperty("prompt of the corpus", model.prompt().toString());
    MiningModel.crossEncoder(context)
        .ifPresent(spec -> notes.setProperty("cross-encoder", ModelFingerprint.of(spec.model())));
    return notes;
  }

  /**
   * Writes the rows of a batch.
   *
   * @param standing replaces ids of pairs by those of the texts that stand for theirs
   * @return how many rows of {@code mine.output}, or else of pairs, there were
   */
  long write(MinedRows mined, UnaryOperator<Dataset<Row>> standing, long number) {
    String writer = "mine-" + stream;
    long pairs =
        candidates.map(each -> writePairs(each, mined, standing, writer, number)).orElse(0L);
    return table.map(each -> writeRows(each, mined, writer, number)).orElse(pairs);
  }

  private long writeRows(MinedTable mine, MinedRows mined, String writer, long number) {
    try (CachedRows rows = CachedRows.of(mine.rows(context, mined))) {
      TableAddress address = mine.address();
      if (!address.exists(context.spark())) {
        address.save(rows.rows().limit(0).write().format("delta").mode("append"));
      }
      new StreamMark(context.spark(), address).claim(stream, checkpoint);
      address.append(rows.rows().write().format("delta"), writer, number);
      return rows.count();
    }
  }

  /** The anchors with their negatives, which the cross-encoder has not seen. */
  private long writePairs(
      StoredTable table,
      MinedRows mined,
      UnaryOperator<Dataset<Row>> standing,
      String writer,
      long number) {
    boolean isRescored = MiningModel.crossEncoder(context).isPresent();
    Dataset<Row> pairs =
        mined
            .withoutIncludedPositives()
            .anchors()
            .selectExpr("anchor AS sentence1", "explode(negatives) AS d")
            .selectExpr(
                "sentence1",
                "d.document AS sentence2",
                isRescored ? "float(null) AS similarity" : "float(d.score) AS similarity")
            .withColumn("id", StableId.of(col("sentence1"), col("sentence2")))
            .withColumn("origin", lit("neighbour"))
            .dropDuplicates("id");
    Dataset<Row> fresh =
        standing
            .apply(MineInputs.withPairIds(pairs, "sentence1", "sentence2"))
            .join(
                standing.apply(new MineInputs(context).knownPairs()),
                new String[] {"first_id", "second_id"},
                "left_anti")
            .join(table.read().select("id"), new String[] {"id"}, "left_anti");
    try (CachedRows rows = CachedRows.of(fresh);
        CachedRows numbered = CachedRows.of(RowNumbers.add(rows.rows().orderBy("id"), "row"))) {
      if (rows.count() > 0) {
        Row last = table.read().agg(coalesce(max("chunk").plus(1), lit(0))).first();
        Dataset<Row> chunked =
            numbered.rows().withColumn("chunk", MiningRun.chunk(context).plus(last.getInt(0)));
        table.append(chunked, writer, number, new MineInputs(context).versions());
      }
      return rows.count();
    }
  }

  private List<String> places() {
    return Stream.of(table.map(each -> each.address().text()), candidates.map(StoredTable::path))
        .flatMap(Optional::stream)
        .toList();
  }

  @Override
  public String toString() {
    return String.join(" and ", places());
  }
}
