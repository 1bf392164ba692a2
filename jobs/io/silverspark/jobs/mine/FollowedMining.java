package io.silverspark.jobs.mine;

import static org.apache.spark.sql.functions.array_contains;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_set;
import static org.apache.spark.sql.functions.filter;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.xxhash64;

import io.silverspark.jobs.config.DataKind;
import io.silverspark.jobs.run.ComputedRows;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.stream.FollowedStream;
import io.silverspark.jobs.stream.StreamOptions;
import io.silverspark.jobs.table.PairsTable;
import io.silverspark.jobs.table.StableId;
import io.silverspark.jobs.table.StoredTable;
import io.silverspark.jobs.table.TableStore;
import io.silverspark.udfs.mining.MinedRows;
import io.silverspark.udfs.serving.EncodeSpec;
import java.util.Locale;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * {@code mine --follow}: the training pairs of the table {@code pairs} are mined as they arrive.
 * Each new pair of anchor and positive gets its negatives by the rules of the batch job, out of the
 * corpus as it was when it was last read. All positives of an anchor that are known are kept out of
 * its negatives, those that came since too.
 */
final class FollowedMining implements AutoCloseable {
  private static final String ANCHOR = "anchor_id";
  private static final String POSITIVE = "positive_id";

  private final JobContext context;
  private final EncodeSpec model;
  private final FollowedOutput output;
  private final long refreshNanos;
  private FollowedCorpus corpus;
  private long read;

  private FollowedMining(JobContext context, FollowedOutput output, int refreshSeconds) {
    this.context = context;
    this.model = MiningModel.ofCorpus(context);
    this.output = output;
    this.refreshNanos = refreshSeconds * 1_000_000_000L;
  }

  /**
   * Follows the table until the mode or the stream ends.
   *
   * @param refreshSeconds how long the corpus is used before it is read again
   */
  static void follow(JobContext context, StreamOptions options, int refreshSeconds) {
    StoredTable pairs = TableStore.of(context).table(PairsTable.DEFINITION);
    pairs.read();
    FollowedOutput output = FollowedOutput.claim(context, options);
    Dataset<Row> stream = pairs.readStream(options.skipsChanges());
    try (FollowedMining mining = new FollowedMining(context, output, refreshSeconds)) {
      new FollowedStream(MineJob.STAGE, pairs.path(), output.checkpoint(), context.console())
          .run(stream, options.follow().trigger(), mining::mine);
    }
  }

  private String mine(Dataset<Row> batch, long number) {
    Column content = StableId.of(col("split"), col("anchor"), col("positive"));
    Column isFirst = col("id").equalTo(xxhash64(content, lit(1)));
    try (ComputedRows arrived =
        ComputedRows.of(
            batch
                .where(col("split").equalTo(DataKind.TRAIN).and(isFirst))
                .select("anchor", "positive"))) {
      long pairs = arrived.rows().count();
      long written = pairs == 0 ? 0 : mine(arrived, number);
      return String.format(Locale.ROOT, "%,d pairs, %,d rows -> %s", pairs, written, output);
    }
  }

  private long mine(ComputedRows arrived, long number) {
    FollowedCorpus texts = corpus();
    Dataset<Row> entailed = FollowedCorpus.entailed(context);
    Dataset<Row> anchors = MineInputs.texts(arrived.rows(), "anchor");
    Dataset<Row> positives = MineInputs.texts(arrived.rows(), "positive");
    Dataset<Row> compared =
        output.candidates().isPresent()
            ? anchors.union(positives).union(texts.unseen(context))
            : anchors.union(positives);
    try (SameTexts same = texts.further(compared, model);
        ComputedRows fresh = ComputedRows.of(pairs(arrived.rows(), "anchor", same, texts));
        ComputedRows known =
            ComputedRows.of(
                pairs(entailed, "premise", same, texts)
                    .join(
                        fresh.rows().select(ANCHOR).distinct(),
                        new String[] {ANCHOR},
                        "left_semi"));
        EmbeddedTexts queries =
            EmbeddedTexts.of(context, same.replace(anchors, "id"), MiningModel.ofQueries(context));
        EmbeddedTexts others =
            EmbeddedTexts.of(context, outside(known.rows(), texts.texts()), model);
        CachedRows mined = mined(fresh.rows(), known.rows(), queries, others)) {
      return output.write(
          new MinedRows(mined.rows(), texts.ids().isPresent()),
          pairs -> same.replacePairs(texts.same().replacePairs(pairs)),
          number);
    }
  }

  /** Columns anchor_id, positive_id and positive, of pairs that are apart. */
  private static Dataset<Row> pairs(
      Dataset<Row> rows, String anchor, SameTexts same, FollowedCorpus texts) {
    Column positive = col(anchor.equals("anchor") ? "positive" : "hypothesis");
    Dataset<Row> pairs =
        rows.select(
            StableId.of(col(anchor)).as(ANCHOR),
            StableId.of(positive).as(POSITIVE),
            positive.as("positive"));
    return same.replace(texts.same().replace(pairs, ANCHOR, POSITIVE), ANCHOR, POSITIVE)
        .where(TripletSource.IS_APART);
  }

  /** Columns id and text of the positives that the corpus lacks. */
  private static Dataset<Row> outside(Dataset<Row> pairs, EmbeddedTexts corpus) {
    return pairs
        .select(col(POSITIVE).as("id"), col("positive").as("text"))
        .join(corpus.rows().select("id"), new String[] {"id"}, "left_anti");
  }

  /** The mined anchors with those of their positives that are new. */
  private CachedRows mined(
      Dataset<Row> fresh, Dataset<Row> known, EmbeddedTexts queries, EmbeddedTexts others) {
    EmbeddedTexts embedded =
        new EmbeddedTexts(
            corpus.texts().rows().unionByName(others.rows()),
            corpus.texts().count() + others.count());
    Dataset<Row> ids = corpus.texts().rows().select("id");
    TripletSource source =
        new TripletSource(known.select(ANCHOR, POSITIVE), ids, queries.rows(), ids, false);
    MinedRows all =
        Triplets.mine(
            context,
            source,
            new RoleTexts(queries, embedded, queries),
            corpus.search(),
            corpus.ids());
    Dataset<Row> arrived = fresh.groupBy(col(ANCHOR)).agg(collect_set(POSITIVE).as("arrived"));
    return CachedRows.of(
        all.anchors()
            .join(arrived, ANCHOR)
            .withColumn(
                "positives",
                filter(
                    col("positives"),
                    positive -> array_contains(col("arrived"), positive.getField("document_id"))))
            .drop("arrived"));
  }

  /** The corpus, read again where it was read too long ago and has other texts by now. */
  private FollowedCorpus corpus() {
    boolean isOld = corpus != null && System.nanoTime() - read >= refreshNanos;
    if (isOld && corpus.isOutdated(context)) {
      close();
    }
    if (corpus == null) {
      corpus = context.phase("read the corpus", () -> FollowedCorpus.read(context));
    }
    if (isOld || read == 0) {
      read = System.nanoTime();
    }
    return corpus;
  }

  @Override
  public void close() {
    if (corpus != null) {
      corpus.close();
      corpus = null;
    }
  }
}
