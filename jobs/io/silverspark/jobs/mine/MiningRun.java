package io.silverspark.jobs.mine;

import static org.apache.spark.sql.functions.col;

import io.silverspark.jobs.config.GoldSettings;
import io.silverspark.jobs.config.MineSettings;
import io.silverspark.jobs.config.SilverSettings;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.run.Progress;
import io.silverspark.jobs.stage.SpeedLine;
import io.silverspark.jobs.stage.StageRecord;
import io.silverspark.jobs.table.CandidatePairsTable;
import io.silverspark.jobs.table.RowNumbers;
import io.silverspark.jobs.table.StoredTable;
import io.silverspark.jobs.table.TableDefinition;
import io.silverspark.jobs.table.TableStore;
import io.silverspark.jobs.table.TripletsTable;
import io.silverspark.jobs.table.WriteResult;
import io.silverspark.udfs.mining.MinedRows;
import io.silverspark.udfs.serving.EncodeSpec;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** One run of {@code mine} that has something to do. */
final class MiningRun {
  private static final String NUMBER = "row";
  private static final String TRIPLETS = "triplets";
  private static final String CANDIDATES = "candidates";

  private final JobContext context;
  private final MineInputs inputs;
  private final EncodeSpec model;
  private final Searches searches;
  private final boolean isFollowed;
  private final long started = System.nanoTime();
  private TripletCounts counts = TripletCounts.NONE;

  MiningRun(JobContext context, MineInputs inputs) {
    this.context = context;
    this.inputs = inputs;
    this.model = MiningModel.ofCorpus(context);
    this.searches = new Searches(context, inputs);
    this.isFollowed =
        TableStore.of(context)
            .table(CandidatePairsTable.DEFINITION)
            .streamMark()
            .checkpoint()
            .isPresent();
  }

  /** Writes both tables. */
  StageRecord run(String fingerprint) {
    TripletSource source = TripletSource.of(context, inputs);
    boolean mined = produces(TRIPLETS);
    Dataset<Row> anchors = mined ? source.anchors() : source.anchors().limit(0);
    Dataset<Row> corpus = mined ? source.hypotheses() : source.hypotheses().limit(0);
    Dataset<Row> sentences =
        pairsSentences() ? Candidates.texts(context, inputs) : source.anchors().limit(0);
    try (SameTexts same = sameTexts(anchors.union(corpus).union(sentences));
        RoleTexts embedded =
            context.phase(
                "embed texts",
                () ->
                    RoleTexts.of(
                        context,
                        same.replace(anchors, "id"),
                        same.replace(corpus, "id"),
                        same.replace(sentences, "id")))) {
      Written triplets = triplets(source.of(same), embedded, same);
      Written candidates = candidates(embedded, same);
      return record(fingerprint, embedded.count(), triplets, candidates);
    }
  }

  /** Compares the texts with those of the pairs that are not to become silver. */
  private SameTexts sameTexts(Dataset<Row> texts) {
    Dataset<Row> compared =
        produces(CANDIDATES) ? texts.union(Candidates.compared(context, inputs)) : texts;
    SameTexts same = context.phase("compare texts", () -> SameTexts.of(compared, model));
    if (same.count() > 0) {
      tell(
          String.format(
              Locale.ROOT,
              "%,d texts differ from another one only in what the model does not distinguish,"
                  + " such as case; they count as that one",
              same.count()));
    }
    return same;
  }

  boolean produces(String table) {
    String wanted = context.get(MineSettings.PRODUCE);
    boolean ofStream = table.equals(CANDIDATES) && isFollowed;
    return !ofStream && (wanted.equals("both") || wanted.equals(table));
  }

  private boolean pairsSentences() {
    return produces(CANDIDATES) && Candidates.areRecombined(context);
  }

  private Written triplets(TripletSource source, RoleTexts texts, SameTexts same) {
    if (!produces(TRIPLETS)) {
      return write(TripletsTable.DEFINITION, noRows(TripletsTable.DEFINITION));
    }
    if (source.isEmpty()) {
      tell(
          "neither nli_pairs nor pairs has a training pair to mine from, so there are no triplets");
      return write(TripletsTable.DEFINITION, noRows(TripletsTable.DEFINITION));
    }
    MinedRows lazy =
        Triplets.mine(
            context,
            source,
            texts,
            searches.forNegatives(),
            inputs.corpusIds().map(ids -> same.replace(ids, "id")));
    try (CachedRows anchors = found("mine: triplets", lazy.anchors())) {
      MinedRows mined = new MinedRows(anchors.rows(), lazy.hasIds());
      Written written = triplets(source, Triplets.rows(context, mined, model.model()));
      MinedTable.of(context).ifPresent(table -> table.write(context, mined));
      return written;
    }
  }

  private Written triplets(TripletSource source, Dataset<Row> mined) {
    try (CachedRows found = CachedRows.of(mined);
        CachedRows numbered = numbered(found.rows().orderBy(Triplets.order(context)))) {
      if (found.count() == 0) {
        tell(
            source.corpus().limit(2).count() < 2
                ? "the corpus has one text, which cannot be a negative of its own anchor, so there"
                    + " are no triplets"
                : "no text passes the filters, so there are no triplets: loosen mine.margin,"
                    + " mine.relativeMargin, mine.maxScore or mine.minScore, or raise"
                    + " mine.rangeMax");
      }
      counts = TripletCounts.of(source.entailed(), found.rows());
      if (counts.without() > 0) {
        tell(counts.text());
      }
      return write(TripletsTable.DEFINITION, numbered);
    }
  }

  private Written candidates(RoleTexts texts, SameTexts same) {
    if (isFollowed) {
      StoredTable table = TableStore.of(context).table(CandidatePairsTable.DEFINITION);
      tell("'mine --follow' fills candidate_pairs, which stays as it is");
      return new Written(table, table.version(), table.count());
    }
    if (!produces(CANDIDATES)) {
      return write(CandidatePairsTable.DEFINITION, noRows(CandidatePairsTable.DEFINITION));
    }
    try (CachedRows known = CachedRows.of(same.replacePairs(inputs.knownPairs()).distinct())) {
      return candidates(
          pairsSentences()
              ? new Candidates(context, inputs, texts.sentences(), same, searches.forPairs())
                  .recombined(known.rows())
              : Candidates.relabelled(context, known.rows(), same));
    }
  }

  private Written candidates(Dataset<Row> chosen) {
    try (CachedRows found = found("mine: candidate pairs", chosen);
        CachedRows numbered = numbered(found.rows().orderBy("id"))) {
      if (found.count() == 0) {
        tell(nothingToPair());
      }
      if (context.get(SilverSettings.SEARCH).equals("bm25")) {
        TableStore.of(context).table(CandidatePairsTable.DEFINITION).alignConstraints();
      }
      Dataset<Row> chunked = numbered.rows().withColumn("chunk", chunk(context));
      return write(CandidatePairsTable.DEFINITION, new CachedRows(chunked, numbered.count()));
    }
  }

  /** The chunk of a numbered pair. */
  static Column chunk(JobContext context) {
    return col(NUMBER).divide(context.get(SilverSettings.CHUNK_ROWS)).cast("int");
  }

  private String nothingToPair() {
    boolean rest =
        !Candidates.areRecombined(context) || context.get(SilverSettings.CORPUS).equals("rest");
    return rest && context.get(GoldSettings.ROWS) == 0
        ? "all training rows are gold (gold.rows = 0), so there are no candidate pairs; set"
            + " gold.rows, or silver.corpus to other sentences"
        : "silver.corpus = %s has nothing new to pair, so there are no candidate pairs"
            .formatted(context.get(SilverSettings.CORPUS));
  }

  private CachedRows found(String stage, Dataset<Row> rows) {
    try (Progress progress = context.console().progress(stage, 0)) {
      CachedRows cached =
          context.phase(stage.replaceFirst("^mine: ", ""), () -> CachedRows.of(rows));
      progress.advance(cached.count());
      return cached;
    }
  }

  private static CachedRows numbered(Dataset<Row> sorted) {
    return CachedRows.of(RowNumbers.add(sorted, NUMBER));
  }

  private CachedRows noRows(TableDefinition table) {
    return new CachedRows(context.spark().createDataFrame(List.of(), table.schema()), 0);
  }

  private Written write(TableDefinition definition, CachedRows rows) {
    StoredTable table = TableStore.of(context).table(definition);
    WriteResult result =
        context.phase(
            "write " + definition.name(), () -> table.replace(rows.rows(), inputs.versions()));
    context
        .console()
        .tell(
            String.format(
                Locale.ROOT, "%s: %,d rows (%s)", definition.name(), rows.count(), result));
    return new Written(table, result.version(), rows.count());
  }

  private StageRecord record(String fingerprint, long texts, Written triplets, Written candidates) {
    return new StageRecord(
        MineJob.STAGE,
        fingerprint,
        Map.of(
            triplets.table().definition().name(), triplets.version(),
            candidates.table().definition().name(), candidates.version()),
        inputs.versions(),
        texts,
        triplets.rows() + candidates.rows(),
        (System.nanoTime() - started) / 1e9,
        String.format(
            Locale.ROOT,
            "%,d triplets, %,d candidate pairs%s%s",
            triplets.rows(),
            candidates.rows(),
            SpeedLine.log(context, MineJob.STAGE, "texts"),
            counts.without() == 0 ? "" : "; " + counts.text()),
        MineDetails.json(
            triplets.table().read(),
            candidates.table().read(),
            counts,
            MiningModel.ofCorpus(context).precision()));
  }

  private void tell(String remark) {
    context.console().tell("mine: " + remark);
  }

  private record Written(StoredTable table, long version, long rows) {}
}
