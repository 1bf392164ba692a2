package io.silverspark.jobs.ingest;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import io.silverspark.jobs.config.DataKind;
import io.silverspark.jobs.config.DataSettings;
import io.silverspark.jobs.ingest.CheckedRow.State;
import io.silverspark.jobs.run.ComputedRows;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.stream.FollowedStream;
import io.silverspark.jobs.stream.StreamNotes;
import io.silverspark.jobs.stream.StreamOptions;
import io.silverspark.jobs.table.PairsTable;
import io.silverspark.jobs.table.QuarantineTable;
import io.silverspark.jobs.table.RowNumbers;
import io.silverspark.jobs.table.StableId;
import io.silverspark.jobs.table.StoredTable;
import io.silverspark.jobs.table.TableStore;
import io.silverspark.model.error.UserException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;

/**
 * {@code ingest --follow}: the rows of {@code data.pairs.train} go to the table {@code pairs} as
 * they arrive, checked as in the batch job and with the ids that it would give them. A batch is
 * appended under its number, which Delta skips if it has it, so a batch that is run again after a
 * kill changes nothing. Malformed rows go to {@code quarantine}.
 */
final class FollowedPairs {
  /** A batch may be a few rows, of which one is bad. */
  private static final int FEW_MALFORMED = 10;

  private static final String REASON = "reason";

  private final JobContext context;
  private final FollowedSource source;
  private final StoredTable pairs;
  private final StoredTable quarantine;
  private String writer = "";

  private FollowedPairs(JobContext context, FollowedSource source) {
    this.context = context;
    this.source = source;
    this.pairs = table(context);
    this.quarantine = TableStore.of(context).table(QuarantineTable.DEFINITION);
  }

  /** Whether the training rows of the table {@code pairs} come of a stream. */
  static boolean areFollowed(JobContext context) {
    return table(context).streamMark().checkpoint().isPresent();
  }

  /** SQL condition of the rows of the table that a stream writes. */
  static String ofStream(JobContext context) {
    DataKind kind = DataSettings.PAIRS;
    if (context.get(kind.columns()).containsKey(DataKind.SPLIT)) {
      return "true";
    }
    Set<String> splits = new TreeSet<>(kind.heldOut(context.settings()).keySet());
    splits.add(DataKind.TRAIN);
    return splits.stream().collect(Collectors.joining("', '", "split IN ('", "')"));
  }

  private static StoredTable table(JobContext context) {
    return TableStore.of(context).table(PairsTable.DEFINITION);
  }

  /**
   * Follows the source until the mode or the stream ends.
   *
   * @throws UserException if settings, source or table do not allow it
   */
  static void follow(JobContext context, StreamOptions options) {
    check(context);
    FollowedPairs followed = new FollowedPairs(context, SourceFiles.followed(context));
    Dataset<Row> stream = followed.source.stream(context.spark(), options.skipsChanges());
    String checkpoint =
        options.checkpoint(
            () ->
                TableStore.of(context)
                    .path("pairs/_checkpoints/ingest", "a checkpoint", "give --checkpoint"));
    followed.claim(checkpoint);
    String name = followed.source.source().source();
    new FollowedStream("ingest", name, checkpoint, context.console())
        .run(stream, options.follow().trigger(), followed::write);
  }

  private static void check(JobContext context) {
    refuse(
        !context.get(DataSettings.DECONTAMINATION).equals("none"),
        DataSettings.DECONTAMINATION.key(),
        "rows that are written cannot be left out when evaluation rows come later");
    refuse(
        context.get(DataSettings.PAIRS.rows()) > 0,
        DataSettings.PAIRS.rows().key(),
        "a stream has no first rows");
  }

  private static void refuse(boolean set, String key, String reason) {
    if (set) {
      throw new UserException("%s is not possible with --follow: %s".formatted(key, reason));
    }
  }

  private void claim(String checkpoint) {
    DataKind kind = DataSettings.PAIRS;
    Properties now = new Properties();
    for (var setting :
        List.of(
            kind.sources().get(DataKind.TRAIN), kind.format(), kind.columns(), kind.heldOut())) {
      now.setProperty(setting.key(), shown(context.get(setting)));
    }
    pairs.createIfAbsent();
    if (pairs.streamMark().checkpoint().isEmpty()) {
      long rows = pairs.read().where(ofStream(context)).count();
      if (rows > 0) {
        throw new UserException(
            "the table %s has %d rows that 'ingest' wrote, and --follow begins without any: choose another tables.dir, or remove them by DELETE FROM %s WHERE %s"
                .formatted(
                    pairs.path(), rows, pairs.streamMark().table().sql(), ofStream(context)));
      }
    }
    String stream =
        new StreamNotes(
                checkpoint,
                "silverspark-stream.properties",
                "rows would be read in two ways: choose another tables.dir and --checkpoint")
            .claim(context.spark(), now, Map.of());
    pairs.streamMark().claim(stream, checkpoint);
    writer = "ingest-" + stream;
  }

  private static String shown(Object value) {
    return value instanceof Map<?, ?> map ? new TreeMap<>(map).toString() : value.toString();
  }

  /**
   * Writes a batch; both tables skip what they have. The good rows come last: where they are, all
   * is done, and their ids must not count as those of earlier rows.
   */
  private String write(Dataset<Row> batch, long number) {
    if (pairs.streamMark().table().lastAppend(context.spark(), writer).orElse(-1) >= number) {
      return "written before the last stop -> " + pairs.path();
    }
    try (ComputedRows checked = source.rows(context.spark(), batch);
        ComputedRows rows = ComputedRows.of(withoutKnownKeys(checked.rows()))) {
      List<FileSummary> summaries = FileSummary.of(rows.rows());
      long good = summaries.stream().mapToLong(FileSummary::good).sum();
      long malformed = summaries.stream().mapToLong(FileSummary::malformed).sum();
      requireMostlyGood(summaries, good + malformed, malformed);
      if (malformed > 0) {
        quarantine.append(refused(rows.rows(), number), writer, number, Map.of());
      }
      if (good > 0) {
        pairs.append(rowsOfTable(rows.rows()), writer, number, Map.of());
      }
      String bad =
          malformed == 0 ? "" : String.format(Locale.ROOT, ", %,d to quarantine", malformed);
      return String.format(Locale.ROOT, "%,d rows%s -> %s", good, bad, pairs.path());
    }
  }

  private void requireMostlyGood(List<FileSummary> summaries, long rows, long malformed) {
    double share = context.get(DataSettings.MAX_BAD_SHARE);
    if (malformed > Math.max(FEW_MALFORMED, share * rows)) {
      throw new UserException(
          String.format(
              Locale.ROOT,
              "%s: %,d of %,d rows that arrived are malformed, more than %s = %s allows (%s). They"
                  + " were not written; the next run begins with them.",
              source.source().source(),
              malformed,
              rows,
              DataSettings.MAX_BAD_SHARE,
              share,
              summaries.stream()
                  .map(FileSummary::firstProblem)
                  .filter(problem -> !problem.isEmpty())
                  .findFirst()
                  .orElse("")));
    }
  }

  /** A row whose id the table or an earlier row of the batch has is malformed. */
  private Dataset<Row> withoutKnownKeys(Dataset<Row> checked) {
    if (!context.get(DataSettings.PAIRS.columns()).containsKey(DataKind.ID)) {
      return checked;
    }
    Column isGood = col("state").equalTo(State.GOOD.name());
    Dataset<Row> keys = checked.where(isGood).select("key").distinct();
    Dataset<Row> known =
        pairs
            .read()
            .select("key")
            .join(keys, new String[] {"key"}, "left_semi")
            .distinct()
            .withColumn("known", lit(true));
    Column place =
        row_number()
            .over(
                Window.partitionBy("key", "state").orderBy("file", "position", "first", "second"));
    Column isRepeated = isGood.and(col("known").isNotNull().or(col("place").gt(1)));
    return checked
        .join(known, new String[] {"key"}, "left")
        .withColumn("place", place)
        .withColumn(
            REASON,
            when(
                    isRepeated,
                    concat(lit("the id '"), col("key"), lit("' is that of an earlier row")))
                .otherwise(col(REASON)))
        .withColumn(
            "raw",
            when(isRepeated, concat_ws("\t", col("key"), col("first"), col("second")))
                .otherwise(col("raw")))
        .withColumn("state", when(isRepeated, State.MALFORMED.name()).otherwise(col("state")))
        .drop("known", "place");
  }

  /** The good rows, numbered after those of the table, and in an order of their content. */
  private Dataset<Row> rowsOfTable(Dataset<Row> rows) {
    Column content = StableId.of(col("split"), col("first"), col("second"));
    Dataset<Row> good =
        rows.where(col("state").equalTo(State.GOOD.name())).withColumn("content", content);
    Dataset<Row> contents = good.select("content").distinct();
    Dataset<Row> seen =
        pairs
            .read()
            .select(StableId.of(col("split"), col("anchor"), col("positive")).as("content"))
            .join(contents, new String[] {"content"}, "left_semi")
            .groupBy("content")
            .count()
            .select(col("content"), col("count").cast("int").as("seen"));
    Row last = pairs.read().agg(max("row")).first();
    long next = last.isNullAt(0) ? 0 : last.getLong(0) + 1;
    Dataset<Row> sorted =
        good.join(seen, new String[] {"content"}, "left")
            .withColumn("seen", coalesce(col("seen"), lit(0)))
            .orderBy(
                col("file"),
                col("position"),
                xxhash64(col("first"), col("second"), col("key")),
                col("first"),
                col("second"),
                col("key"));
    Dataset<Row> numbered =
        RowNumbers.add(sorted, "number").withColumn("row", col("number").plus(next));
    return TableRows.further(RowFormat.PAIRS, numbered);
  }

  /** A stream has no lines to tell rows apart by; the number of the batch does. */
  private Dataset<Row> refused(Dataset<Row> rows, long number) {
    Dataset<Row> sorted =
        rows.where(col("state").equalTo(State.MALFORMED.name()))
            .orderBy("file", "source", "line", REASON, "raw");
    return TableRows.quarantined(RowNumbers.add(sorted, "number"))
        .withColumn("id", xxhash64(col("id"), lit(writer), lit(number), col("number")));
  }
}
