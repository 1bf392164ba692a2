package io.silverspark.jobs.mine;

import io.silverspark.jobs.config.GoldSettings;
import io.silverspark.jobs.config.MineSettings;
import io.silverspark.jobs.config.ModelSettings;
import io.silverspark.jobs.config.RunSettings;
import io.silverspark.jobs.config.SearchSettings;
import io.silverspark.jobs.config.SilverSettings;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.stage.Fingerprint;
import io.silverspark.jobs.table.TableStore;
import io.silverspark.model.config.Setting;
import io.silverspark.model.mining.VectorSimilarity;
import io.silverspark.udfs.search.NeighbourLists;
import io.silverspark.udfs.search.NeighbourSearch;
import io.silverspark.udfs.search.SearchRecall;
import io.silverspark.udfs.serving.EncodeSpec;
import java.util.Locale;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The searches that the settings ask for. An index lies beside the tables in {@code
 * indexes/PURPOSE-DIGEST}: the digest covers the versions of the tables whose texts are in it, the
 * model and the shape of the graphs, so a later run finds it there and another version builds its
 * own.
 */
record Searches(JobContext context, MineInputs inputs) {
  private static final int RECALL_AT = 10;
  private static final double GOOD_RECALL = 0.97;

  /** Finds candidates for negatives. */
  NeighbourSearch forNegatives() {
    return of(
        context.get(MineSettings.SEARCH),
        "negatives",
        MineSettings.CORPUS,
        MiningModel.ofCorpus(context),
        MiningModel.similarity(context),
        context.get(SearchSettings.RECALL_SAMPLE));
  }

  /**
   * Finds candidates for negatives of a stream. Its index is another one: which text stands for
   * those that are one to the model depends on the texts of a run.
   *
   * @param measured whether a search tells its recall
   */
  NeighbourSearch forFollowed(boolean measured) {
    return of(
        context.get(MineSettings.SEARCH),
        "followed",
        MineSettings.CORPUS,
        MiningModel.ofCorpus(context),
        MiningModel.similarity(context),
        measured ? context.get(SearchSettings.RECALL_SAMPLE) : 0);
  }

  /** Finds neighbours among the sentences of {@code silver.corpus}. */
  NeighbourSearch forPairs() {
    return of(
        context.get(SilverSettings.SEARCH),
        "sentences",
        SilverSettings.CORPUS,
        MiningModel.ofSentences(context),
        VectorSimilarity.COSINE,
        context.get(SearchSettings.RECALL_SAMPLE));
  }

  private NeighbourSearch of(
      String kind,
      String purpose,
      Setting<?> corpus,
      EncodeSpec model,
      VectorSimilarity similarity,
      int sample) {
    int blockRows = context.get(SearchSettings.BLOCK_ROWS);
    int indexRows = context.get(SearchSettings.INDEX_ROWS);
    NeighbourSearch exact =
        NeighbourSearch.exact(blockRows, context.get(ModelSettings.DEVICE), similarity);
    return switch (kind) {
      case "bm25" -> NeighbourSearch.lexical(indexRows, blockRows);
      case "hnsw" ->
          measured(
              NeighbourSearch.approximate(
                  directory(purpose, corpus, model, similarity),
                  SearchSettings.hnsw(context.settings()),
                  indexRows,
                  blockRows,
                  similarity),
              exact,
              purpose,
              sample);
      default -> exact;
    };
  }

  private String directory(
      String purpose, Setting<?> corpus, EncodeSpec model, VectorSimilarity similarity) {
    Fingerprint fingerprint =
        new Fingerprint("index")
            .input("purpose", purpose)
            .input("texts are one", "if their tokens are")
            .setting(context.settings(), corpus)
            .setting(context.settings(), RunSettings.SEED)
            .settings(context.settings(), GoldSettings.GROUP);
    fingerprint.settings(context.settings(), SearchSettings.SHAPE, SearchSettings.LATER);
    MiningModel.describe(model, fingerprint);
    MiningModel.describeSimilarity(similarity, fingerprint);
    inputs.versions().forEach(fingerprint::input);
    if (corpus == MineSettings.CORPUS) {
      inputs.describeCorpus(fingerprint);
    }
    String name = "indexes/%s-%s".formatted(purpose, fingerprint.digest());
    return TableStore.of(context).path(name, "a search graph", "search exactly");
  }

  /** The search, which tells its recall when it is asked. */
  private NeighbourSearch measured(
      NeighbourSearch approximate, NeighbourSearch exact, String purpose, int sample) {
    if (sample == 0) {
      return approximate;
    }
    return new Measured(this, purpose, approximate, exact, sample);
  }

  private record Measured(
      Searches searches,
      String purpose,
      NeighbourSearch approximate,
      NeighbourSearch exact,
      int sample)
      implements NeighbourSearch {
    @Override
    public VectorSimilarity similarity() {
      return approximate.similarity();
    }

    @Override
    public NeighbourLists find(
        Dataset<Row> queries, Dataset<Row> corpus, int k, boolean excludeSelf) {
      searches.tell(
          purpose, SearchRecall.at(RECALL_AT, queries, corpus, approximate, exact, sample));
      return approximate.find(queries, corpus, k, excludeSelf);
    }
  }

  private void tell(String purpose, SearchRecall recall) {
    context
        .console()
        .tell(
            String.format(
                Locale.ROOT,
                "mine: index of %s: recall@%d = %.4f, measured on %,d texts%s",
                purpose,
                RECALL_AT,
                recall.share(),
                recall.queries(),
                recall.share() < GOOD_RECALL ? "; raise search.width to find more" : ""));
  }
}
