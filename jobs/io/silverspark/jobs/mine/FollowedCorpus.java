package io.silverspark.jobs.mine;

import static org.apache.spark.sql.functions.col;

import io.silverspark.jobs.config.MineSettings;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.stage.Fingerprint;
import io.silverspark.model.data.NliLabel;
import io.silverspark.model.mining.VectorSimilarity;
import io.silverspark.udfs.search.NeighbourLists;
import io.silverspark.udfs.search.NeighbourSearch;
import io.silverspark.udfs.serving.EncodeSpec;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The texts that batches of a stream are mined against, as the tables were at one moment: read,
 * compared and embedded once for many batches.
 */
final class FollowedCorpus implements AutoCloseable {
  private final String version;
  private final CachedRows keys;
  private final SameTexts same;
  private final EmbeddedTexts texts;
  private final Optional<Dataset<Row>> ids;
  private final NeighbourSearch search;
  private final NeighbourSearch unmeasured;
  private boolean isMeasured;

  private FollowedCorpus(
      JobContext context, MineInputs inputs, CachedRows keys, SameTexts same, EmbeddedTexts texts) {
    this.version = version(inputs);
    this.keys = keys;
    this.same = same;
    this.texts = texts;
    this.ids = inputs.corpusIds().map(rows -> same.replace(rows, "id"));
    Searches searches = new Searches(context, inputs);
    this.search = searches.forFollowed(true);
    this.unmeasured = searches.forFollowed(false);
  }

  /** Reads and embeds the texts. */
  static FollowedCorpus read(JobContext context) {
    MineInputs inputs = new MineInputs(context);
    TripletSource source = TripletSource.of(context, inputs);
    EncodeSpec model = MiningModel.ofCorpus(context);
    Dataset<Row> texts = source.anchors().union(source.hypotheses());
    boolean isLabelled = !context.get(MineSettings.PRODUCE).equals("triplets");
    CachedRows keys = SameTexts.keys(isLabelled ? texts.union(inputs.knownTexts()) : texts, model);
    SameTexts same = SameTexts.of(keys);
    EmbeddedTexts corpus =
        EmbeddedTexts.of(context, same.replace(source.hypotheses(), "id"), model);
    context
        .console()
        .tell(String.format(Locale.ROOT, "mine: the corpus has %,d texts", corpus.count()));
    return new FollowedCorpus(context, inputs, keys, same, corpus);
  }

  /** Whether the tables have other texts by now. */
  boolean isOutdated(JobContext context) {
    return !version.equals(version(new MineInputs(context)));
  }

  private static String version(MineInputs inputs) {
    Fingerprint fingerprint = new Fingerprint("corpus");
    inputs.describe(fingerprint);
    return fingerprint.digest();
  }

  /** Which of further texts are one to the model, and which are one of these. */
  SameTexts further(Dataset<Row> others, EncodeSpec model) {
    return SameTexts.further(others, model, keys);
  }

  /** Texts of pairs that are not to be labelled, as far as they came since; columns id and text. */
  Dataset<Row> unseen(JobContext context) {
    return new MineInputs(context)
        .knownTexts()
        .join(keys.rows().select("id"), new String[] {"id"}, "left_anti");
  }

  /** Which of these texts are one to the model. */
  SameTexts same() {
    return same;
  }

  /** The texts that may be negatives. */
  EmbeddedTexts texts() {
    return texts;
  }

  /** Columns id and corpus_id; empty without {@code mine.corpusId}. */
  Optional<Dataset<Row>> ids() {
    return ids;
  }

  /** Searches these texts alone, whatever else there is; the first one tells its recall. */
  NeighbourSearch search() {
    NeighbourSearch chosen = isMeasured ? unmeasured : search;
    isMeasured = true;
    return new OfCorpus(chosen, texts.rows().select("id"));
  }

  /** The pairs that count as positives now, columns premise and hypothesis. */
  static Dataset<Row> entailed(JobContext context) {
    return new MineInputs(context)
        .labelledPairs()
        .where(col("label").equalTo(NliLabel.ENTAILMENT.number()))
        .select("premise", "hypothesis");
  }

  /** An index is built for the texts of one version: those that came later are not in it. */
  private record OfCorpus(NeighbourSearch search, Dataset<Row> ids) implements NeighbourSearch {
    @Override
    public VectorSimilarity similarity() {
      return search.similarity();
    }

    @Override
    public NeighbourLists find(
        Dataset<Row> queries, Dataset<Row> corpus, int k, boolean excludeSelf) {
      Dataset<Row> known = corpus.join(ids, new String[] {"id"}, "left_semi");
      return search.find(queries, known, k, excludeSelf);
    }
  }

  @Override
  public void close() {
    texts.close();
    same.close();
    keys.close();
  }
}
