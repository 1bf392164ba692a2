package io.silverspark.jobs.evaluate;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.xxhash64;

import io.delta.tables.DeltaTable;
import io.silverspark.jobs.config.EvaluateSettings;
import io.silverspark.jobs.files.ColumnNames;
import io.silverspark.jobs.files.LayoutException;
import io.silverspark.jobs.files.ScalarColumns;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.table.IntentsTable;
import io.silverspark.jobs.table.PairsTable;
import io.silverspark.jobs.table.RowNumbers;
import io.silverspark.jobs.table.StableId;
import io.silverspark.jobs.table.StoredTable;
import io.silverspark.jobs.table.TableStore;
import io.silverspark.model.config.Setting;
import io.silverspark.model.error.UserException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * Queries, documents and which of them belong together. Ids are numbered in the order of their
 * text, so that ties of a search fall as in sentence-transformers.
 *
 * @param queries columns {@code id} (bigint, from 0 without gaps), {@code text} and others; stored
 *     until {@link #close}
 * @param corpus the same of the documents
 * @param relevant numbers of the documents that answer each query; negative: not in the corpus
 * @param documents number of documents
 */
record RetrievalRows(
    Dataset<Row> queries, Dataset<Row> corpus, List<Set<Integer>> relevant, long documents)
    implements AutoCloseable {
  private static final String KEY = "key";
  private static final String ID = "id";
  private static final String TEXT = "text";
  private static final String SCORE = "score";

  /**
   * Test texts of the intents as queries, training texts as documents, equal intents as relevance.
   *
   * @param version of the table
   */
  static RetrievalRows ofIntents(JobContext context, long version) {
    StoredTable table = TableStore.of(context).table(IntentsTable.DEFINITION);
    int most = context.get(EvaluateSettings.RETRIEVAL_MOST);
    Column key = col("row");
    Dataset<Row> rows =
        table.read(version).select(col("split"), key.as(KEY), col("text"), col("intent"));
    Dataset<Row> corpus = numbered(rows.where("split = 'train'"));
    Dataset<Row> queries = numbered(limited(rows.where("split = 'test'"), most));
    Map<String, Set<Integer>> byIntent = new HashMap<>();
    corpus
        .select(ID, "intent")
        .collectAsList()
        .forEach(
            row ->
                byIntent
                    .computeIfAbsent(row.getString(1), intent -> new HashSet<>())
                    .add((int) row.getLong(0)));
    List<Set<Integer>> relevant =
        queries.orderBy(ID).select("intent").collectAsList().stream()
            .map(row -> byIntent.getOrDefault(row.getString(0), Set.of()))
            .toList();
    return new RetrievalRows(queries, corpus, relevant, corpus.count());
  }

  /**
   * Anchors of a split as queries, all positives of all splits as documents.
   *
   * @param version of the table
   * @param split such as {@code test}
   */
  static RetrievalRows ofPairs(JobContext context, long version, String split) {
    Dataset<Row> pairs =
        TableStore.of(context)
            .table(PairsTable.DEFINITION)
            .read(version)
            .select(
                col("split"),
                StableId.of(col("anchor")).as("query"),
                StableId.of(col("positive")).as("document"),
                col("anchor"),
                col("positive"));
    Dataset<Row> asked = pairs.where(col("split").equalTo(split));
    Dataset<Row> queries =
        numbered(
            limited(
                asked.groupBy(col("query").as(KEY)).agg(min("anchor").as(TEXT)),
                context.get(EvaluateSettings.RETRIEVAL_MOST)));
    Dataset<Row> corpus =
        numbered(pairs.groupBy(col("document").as(KEY)).agg(min("positive").as(TEXT)));
    return new RetrievalRows(
        queries,
        corpus,
        relevant(asked.select("query", "document").distinct(), queries, corpus),
        corpus.count());
  }

  /**
   * The tables that the settings name.
   *
   * @throws UserException if one is no Delta table, lacks a column, repeats an id or has a null
   */
  static RetrievalRows ofTables(JobContext context) {
    Dataset<Row> relevance = relevance(context);
    Dataset<Row> judged =
        texts(context, EvaluateSettings.RETRIEVAL_QUERIES)
            .join(
                relevance.select(col("query").as(KEY)).distinct(), new String[] {KEY}, "left_semi");
    Dataset<Row> queries = numbered(limited(judged, context.get(EvaluateSettings.RETRIEVAL_MOST)));
    Dataset<Row> corpus = numbered(texts(context, EvaluateSettings.RETRIEVAL_CORPUS));
    requireDistinct(queries, EvaluateSettings.RETRIEVAL_QUERIES);
    requireDistinct(corpus, EvaluateSettings.RETRIEVAL_CORPUS);
    if (queries.isEmpty()) {
      throw new UserException(
          "%s: no query has a relevant document in %s"
              .formatted(
                  EvaluateSettings.RETRIEVAL_QUERIES,
                  context.get(EvaluateSettings.RETRIEVAL_RELEVANCE)));
    }
    List<Set<Integer>> relevant = relevant(relevance, queries, corpus);
    return new RetrievalRows(queries, corpus, relevant, corpus.count());
  }

  /**
   * Numbers of the documents of each query.
   *
   * @param relevance columns query and document: keys
   */
  private static List<Set<Integer>> relevant(
      Dataset<Row> relevance, Dataset<Row> queries, Dataset<Row> corpus) {
    List<Set<Integer>> relevant = new ArrayList<>();
    long count = queries.count();
    for (long query = 0; query < count; query++) {
      relevant.add(new HashSet<>());
    }
    int missing = 0;
    Dataset<Row> pairs =
        relevance
            .join(queries.select(col(KEY).as("query"), col(ID).as("q")), "query")
            .join(
                corpus.select(col(KEY).as("document"), col(ID).as("d")),
                new String[] {"document"},
                "left_outer")
            .select("q", "d");
    for (Row pair : pairs.collectAsList()) {
      int document = pair.isNullAt(1) ? -1 - missing++ : (int) pair.getLong(1);
      relevant.get((int) pair.getLong(0)).add(document);
    }
    return relevant;
  }

  private static Dataset<Row> relevance(JobContext context) {
    Dataset<Row> rows = open(context, EvaluateSettings.RETRIEVAL_RELEVANCE);
    String query = context.get(EvaluateSettings.RETRIEVAL_QUERY);
    String document = context.get(EvaluateSettings.RETRIEVAL_DOCUMENT);
    Column queries =
        column(rows, EvaluateSettings.RETRIEVAL_RELEVANCE, EvaluateSettings.RETRIEVAL_QUERY, query);
    Column documents =
        column(
            rows,
            EvaluateSettings.RETRIEVAL_RELEVANCE,
            EvaluateSettings.RETRIEVAL_DOCUMENT,
            document);
    boolean scored = Arrays.stream(rows.columns()).anyMatch(SCORE::equalsIgnoreCase);
    return (scored ? rows.where(col(SCORE).gt(0)) : rows)
        .select(queries.as("query"), documents.as("document"))
        .distinct();
  }

  private static Dataset<Row> texts(JobContext context, Setting<String> table) {
    Dataset<Row> rows = open(context, table);
    String id = context.get(EvaluateSettings.RETRIEVAL_ID);
    String text = context.get(EvaluateSettings.RETRIEVAL_TEXT);
    Dataset<Row> selected =
        rows.select(
            column(rows, table, EvaluateSettings.RETRIEVAL_ID, id).as(KEY),
            column(rows, table, EvaluateSettings.RETRIEVAL_TEXT, text).as(TEXT));
    long nulls = selected.where(col(KEY).isNull().or(col(TEXT).isNull())).count();
    if (nulls > 0) {
      throw new UserException("%s: %d rows have no %s or no %s".formatted(table, nulls, id, text));
    }
    return selected;
  }

  private static Dataset<Row> open(JobContext context, Setting<String> table) {
    String path = context.get(table);
    if (!DeltaTable.isDeltaTable(context.spark(), path)) {
      throw new UserException("%s = '%s' is not a Delta table".formatted(table, path));
    }
    return context.spark().read().format("delta").load(path);
  }

  private static Column column(
      Dataset<Row> rows, Setting<String> table, Setting<String> setting, String column) {
    List<String> columns = Arrays.asList(rows.columns());
    try {
      Optional<String> found = ColumnNames.find(columns, column);
      if (found.isPresent()) {
        return ScalarColumns.text(rows.schema(), found.get());
      }
    } catch (LayoutException e) {
      throw new UserException("%s: %s".formatted(table, e.getMessage()), e);
    }
    throw new UserException(
        "%s has no column '%s', set %s to one of %s"
            .formatted(table, column, setting, String.join(", ", columns)));
  }

  private static void requireDistinct(Dataset<Row> rows, Setting<String> table) {
    List<Row> twice =
        rows.groupBy(KEY).count().where("count > 1").orderBy(KEY).limit(1).collectAsList();
    if (!twice.isEmpty()) {
      throw new UserException(
          "%s: id '%s' occurs %d times, ids must be unique"
              .formatted(table, twice.get(0).get(0), twice.get(0).getLong(1)));
    }
  }

  /** The same choice whatever the order of the rows. */
  private static Dataset<Row> limited(Dataset<Row> rows, int most) {
    return most == 0 ? rows : rows.orderBy(xxhash64(col(KEY), lit(0)), col(KEY)).limit(most);
  }

  private static Dataset<Row> numbered(Dataset<Row> rows) {
    Dataset<Row> sorted = rows.orderBy(KEY).persist(StorageLevel.MEMORY_AND_DISK());
    Dataset<Row> numbered = RowNumbers.add(sorted, ID).persist(StorageLevel.MEMORY_AND_DISK());
    numbered.count();
    sorted.unpersist(false);
    return numbered;
  }

  /** Frees the stored rows. */
  @Override
  public void close() {
    queries.unpersist(false);
    corpus.unpersist(false);
  }
}
