package io.silverspark.jobs.evaluate;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.slice;

import io.silverspark.jobs.config.EvaluateSettings;
import io.silverspark.jobs.evaluate.EvaluatedText.Role;
import io.silverspark.jobs.evaluate.SmallVectors.SmallMeasure;
import io.silverspark.jobs.models.ExecutorModel;
import io.silverspark.jobs.report.Metric;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.run.Progress;
import io.silverspark.jobs.run.RowCounter;
import io.silverspark.model.evaluation.InformationRetrievalEvaluator;
import io.silverspark.model.evaluation.RankingScores;
import io.silverspark.model.evaluation.Similarity;
import io.silverspark.model.mining.VectorSimilarity;
import io.silverspark.udfs.columns.QuantizedColumn;
import io.silverspark.udfs.columns.SparseEmbedding;
import io.silverspark.udfs.columns.TextEmbedding;
import io.silverspark.udfs.search.NeighbourSearch;
import io.silverspark.udfs.search.SearchOptions;
import io.silverspark.udfs.search.SemanticSearch;
import io.silverspark.udfs.serving.EncodeSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * Search in a corpus, on the executors from the text to the ranking: embeddings stay where they are
 * made, the driver sees the documents found. For sentence encoders.
 */
final class RetrievalTask implements AutoCloseable {
  private static final InformationRetrievalEvaluator EVALUATOR =
      InformationRetrievalEvaluator.defaults();
  private static final String SMALL_METRIC = "ndcg@10";
  private static final InformationRetrievalEvaluator SMALL =
      new InformationRetrievalEvaluator(List.of(), List.of(), List.of(), List.of(10), List.of());

  /** Candidates of a block that are rescored, times those that are ranked. */
  private static final int RESCORED = 4;

  private final JobContext context;
  private final RetrievalRows rows;
  private final String dataset;

  private RetrievalTask(JobContext context, RetrievalRows rows, String dataset) {
    this.context = context;
    this.rows = rows;
    this.dataset = dataset;
  }

  /** Over the intents. */
  static RetrievalTask ofIntents(JobContext context, long version) {
    return new RetrievalTask(
        context, RetrievalRows.ofIntents(context, version), "intents-retrieval");
  }

  /** Over the ingested pairs of a split. */
  static RetrievalTask ofPairs(JobContext context, long version, String split) {
    return new RetrievalTask(
        context, RetrievalRows.ofPairs(context, version, split), "pairs-retrieval");
  }

  /** Over the tables of the settings. */
  static RetrievalTask ofTables(JobContext context) {
    String corpus = context.get(EvaluateSettings.RETRIEVAL_CORPUS).replaceAll("/+$", "");
    String name = corpus.substring(corpus.lastIndexOf('/') + 1);
    return new RetrievalTask(context, RetrievalRows.ofTables(context), name + "-retrieval");
  }

  /** Name in the table of metrics. */
  String dataset() {
    return dataset;
  }

  /** Rows as the report tells them. */
  String description() {
    return String.format(
        Locale.ROOT,
        "%,d queries over %,d documents of %s",
        rows.relevant().size(),
        rows.documents(),
        dataset.replaceFirst("-retrieval$", ""));
  }

  /** Queries and documents, for the progress. */
  long texts() {
    return rows.relevant().size() + rows.documents();
  }

  /**
   * Measures a sentence encoder.
   *
   * @param similarity of the model
   * @param prompts of the model
   */
  Retrieved measure(
      EvaluatedModel model,
      Similarity similarity,
      RolePrompts prompts,
      SmallVectors small,
      Progress progress) {
    SearchOptions options =
        SearchOptions.nearest(InformationRetrievalEvaluator.defaults().depth())
            .by(VectorSimilarity.of(similarity));
    return measured(
        model,
        prompts,
        progress,
        (texts, spec) -> TextEmbedding.embed(texts, "text", "embedding", spec),
        (queries, corpus) -> {
          List<Measure> measures =
              measures(scores(SemanticSearch.search(queries, corpus, options), EVALUATOR));
          List<SmallMeasure> smallMeasures = new ArrayList<>();
          for (SmallVectors.Form form : small.forms()) {
            int whole = corpus.select(size(col("embedding"))).first().getInt(0);
            Measure measure =
                small(form, form.components(whole), queries, corpus, options.similarity());
            smallMeasures.add(small.of(dataset, form, whole, measure));
          }
          return new Retrieved(measures, smallMeasures);
        });
  }

  /**
   * Measures a sparse encoder, and how sparse its vectors are.
   *
   * @param similarity of the model
   * @param dimension size of its vocabulary
   * @param prompts of the model
   */
  List<Measure> measureSparse(
      EvaluatedModel model,
      Similarity similarity,
      int dimension,
      RolePrompts prompts,
      Progress progress) {
    SparseEmbedding.Form form =
        new SparseEmbedding.Form(context.get(EvaluateSettings.MAX_ACTIVE_DIMS), 0);
    return measured(
        model,
        prompts,
        progress,
        (texts, spec) -> SparseEmbedding.embed(texts, "text", "embedding", spec, form),
        (queries, corpus) -> {
          Dataset<Row> found =
              NeighbourSearch.sparse(SearchOptions.BLOCK_ROWS, similarity)
                  .find(queries, corpus, EVALUATOR.depth(), false)
                  .rows();
          List<Measure> measures = new ArrayList<>(measures(scores(found, EVALUATOR)));
          long queryCount = rows.relevant().size();
          measures.addAll(
              new SparsityMeasures("retrieval", "Retrieval")
                  .ofSearch(
                      SparsityMeasures.counted(queries, queryCount, dimension),
                      queryCount,
                      SparsityMeasures.counted(corpus, rows.documents(), dimension),
                      rows.documents()));
          return measures;
        });
  }

  /** The measures of a model that finds nothing. */
  List<Measure> measuresOfNothing() {
    return measures(EVALUATOR.ofRankings(new int[rows.relevant().size()][0], rows.relevant()));
  }

  /** Encodes queries and corpus once and frees them when they are measured. */
  private <T> T measured(
      EvaluatedModel model,
      RolePrompts prompts,
      Progress progress,
      BiFunction<Dataset<Row>, EncodeSpec, Dataset<Row>> encoding,
      BiFunction<Dataset<Row>, Dataset<Row>, T> measuring) {
    EncodeSpec spec = ExecutorModel.of(context, model.reference(), model.layers());
    try (RowCounter counter = new RowCounter(context.spark(), progress)) {
      Dataset<Row> queries =
          encoded(rows.queries(), spec.withPrompt(prompts.of(Role.QUERY)), encoding, counter);
      Dataset<Row> corpus =
          encoded(rows.corpus(), spec.withPrompt(prompts.of(Role.DOCUMENT)), encoding, counter);
      try {
        return measuring.apply(queries, corpus);
      } finally {
        queries.unpersist(false);
        corpus.unpersist(false);
      }
    }
  }

  private Dataset<Row> encoded(
      Dataset<Row> texts,
      EncodeSpec spec,
      BiFunction<Dataset<Row>, EncodeSpec, Dataset<Row>> encoding,
      RowCounter counter) {
    int tasks = context.spark().sparkContext().defaultParallelism();
    return counter
        .counted(encoding.apply(texts.select("id", "text").repartition(tasks), spec).drop("text"))
        .persist(StorageLevel.MEMORY_AND_DISK());
  }

  /**
   * What a search in whole vectors and searches in small ones gave.
   *
   * @param small NDCG@10 in each form
   */
  record Retrieved(List<Measure> measures, List<SmallMeasure> small) {}

  /** Queries stay floats; the corpus is searched as it would be kept. */
  private Measure small(
      SmallVectors.Form form,
      int components,
      Dataset<Row> queries,
      Dataset<Row> corpus,
      VectorSimilarity similarity) {
    Dataset<Row> cut = cut(corpus, components);
    NeighbourSearch search =
        switch (form.precision()) {
          case FLOAT32 -> NeighbourSearch.exact(SearchOptions.BLOCK_ROWS, "cpu", similarity);
          case INT8, UINT8 ->
              NeighbourSearch.bytes(
                  QuantizedColumn.ranges(cut, "embedding"),
                  SearchOptions.BLOCK_ROWS,
                  "cpu",
                  similarity);
          case BINARY, UBINARY -> NeighbourSearch.binary(RESCORED, SearchOptions.BLOCK_ROWS);
        };
    Dataset<Row> found = search.find(cut(queries, components), cut, SMALL.depth(), false).rows();
    return measure(SMALL_METRIC, scores(found, SMALL));
  }

  private static Dataset<Row> cut(Dataset<Row> rows, int components) {
    return rows.select(col("id"), slice(col("embedding"), 1, components).as("embedding"));
  }

  private RankingScores scores(Dataset<Row> found, InformationRetrievalEvaluator evaluator) {
    int[][] rankings = new int[rows.relevant().size()][];
    collect(
        found.orderBy(col("query_id"), col("rank")).select("query_id", "corpus_id").collectAsList(),
        rankings);
    return evaluator.ofRankings(rankings, rows.relevant());
  }

  private static void collect(List<Row> found, int[][] rankings) {
    int from = 0;
    while (from < found.size()) {
      long query = found.get(from).getLong(0);
      int to = from;
      while (to < found.size() && found.get(to).getLong(0) == query) {
        to++;
      }
      rankings[(int) query] =
          found.subList(from, to).stream().mapToInt(row -> (int) row.getLong(1)).toArray();
      from = to;
    }
    for (int query = 0; query < rankings.length; query++) {
      rankings[query] = rankings[query] == null ? new int[0] : rankings[query];
    }
  }

  private static List<Measure> measures(RankingScores scores) {
    return scores.names().stream().map(name -> measure(name, scores)).toList();
  }

  private static Measure measure(String name, RankingScores scores) {
    Metric metric =
        new Metric("retrieval_" + name, "Retrieval " + label(name), name.startsWith("ndcg"));
    return scores.queries() == 0
        ? Measure.undefined(metric, name, 0, "no query has a relevant document")
        : Measure.resampled(metric, name, scores.statistic(name));
  }

  /** A measure as tables show it. */
  static String label(String name) {
    boolean word = name.startsWith("accuracy") || name.startsWith("precision");
    return word || name.startsWith("recall") ? name : name.toUpperCase(Locale.ROOT);
  }

  /** Frees the stored rows. */
  @Override
  public void close() {
    rows.close();
  }
}
