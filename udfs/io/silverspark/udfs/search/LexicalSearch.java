package io.silverspark.udfs.search;

import static org.apache.spark.sql.functions.col;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.silverspark.model.mining.Bm25Index;
import io.silverspark.model.mining.Bm25Statistics;
import io.silverspark.model.mining.TopK;
import io.silverspark.udfs.columns.Columns;
import io.silverspark.udfs.columns.RowBatches;
import io.silverspark.udfs.serving.JavaSerialized;
import io.silverspark.udfs.serving.Lease;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import scala.Tuple2;

/**
 * Nearest texts by BM25 across the executors. The corpus is dealt by id to parts; an executor
 * indexes a part on its disk the first time that a task asks it. Word frequencies are those of the
 * whole corpus, so the outcome is that of one index whatever the parts.
 *
 * <p>Memory: the words that occur in two texts or more, once on the driver and once per executor
 * (about 100 bytes a word); a part's texts and a block of queries for each task.
 */
final class LexicalSearch {
  private LexicalSearch() {}

  static NeighbourLists find(
      Dataset<Row> queries,
      Dataset<Row> corpus,
      int k,
      boolean excludeSelf,
      int indexRows,
      int blockRows) {
    SparkSession spark = queries.sparkSession();
    JavaRDD<TextRows> texts =
        TextRows.dealt(corpus, indexRows).persist(StorageLevel.MEMORY_AND_DISK_SER());
    Broadcast<JavaSerialized<Bm25Statistics>> statistics =
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .broadcast(new JavaSerialized<>(statistics(texts)));
    String search = UUID.randomUUID().toString();
    JavaRDD<TextPart> parts =
        texts.map(rows -> new TextPart(rows, search + "-" + rows.ids()[0], statistics));
    JavaRDD<TextRows> blocks =
        TextRows.dealt(queries, blockRows).persist(StorageLevel.MEMORY_AND_DISK_SER());
    return new NeighbourLists(spark, BlockGrid.search(blocks, parts, excludeSelf, k));
  }

  private static Bm25Statistics statistics(JavaRDD<TextRows> texts) {
    long documents = texts.map(rows -> (long) rows.ids().length).fold(0L, Long::sum);
    long terms = texts.map(LexicalSearch::terms).fold(0L, Long::sum);
    Map<String, Long> frequencies =
        texts
            .flatMap(rows -> List.of(rows.texts()).iterator())
            .flatMapToPair(
                text ->
                    Bm25Index.terms(text).stream()
                        .distinct()
                        .map(term -> new Tuple2<>(term, 1L))
                        .iterator())
            .reduceByKey(Long::sum)
            .filter(term -> term._2() > 1)
            .collectAsMap();
    return new Bm25Statistics(Math.max(1, documents), terms, frequencies);
  }

  private static long terms(TextRows rows) {
    long terms = 0;
    for (String text : rows.texts()) {
      terms += Bm25Index.terms(text).size();
    }
    return terms;
  }

  /**
   * A part of the corpus.
   *
   * @param key of its index within the executor
   */
  @DefaultSerializer(JavaSerializer.class) // not by Kryo, which cannot read records
  record TextPart(TextRows rows, String key, Broadcast<JavaSerialized<Bm25Statistics>> statistics)
      implements BlockGrid.Part<TextRows> {
    @Override
    public void search(TextRows queries, boolean excludeSelf, List<TopK> best) {
      try (Lease<Bm25Index> index =
          SharedIndexes.lease(
              key,
              scratch ->
                  Bm25Index.build(scratch, rows.ids(), rows.texts(), statistics.value().value()))) {
        for (int query = 0; query < queries.ids().length; query++) {
          index
              .model()
              .search(queries.texts()[query], queries.ids()[query], excludeSelf, best.get(query));
        }
      }
    }
  }

  /**
   * Texts with their ids, a block at a time.
   *
   * @param ids [rows], ascending
   * @param texts [rows]
   */
  @DefaultSerializer(JavaSerializer.class) // not by Kryo, which cannot read records
  record TextRows(long[] ids, String[] texts) implements BlockGrid.IdBlock {
    static final String TEXT = "text";

    /** As {@link VectorRows#dealt}. */
    static JavaRDD<TextRows> dealt(Dataset<Row> rows, int blockRows) {
      Columns.id(rows.schema(), VectorRows.ID);
      Columns.text(rows.schema(), TEXT);
      int partitions = BlockGrid.partitions(rows.count(), blockRows);
      return rows.select(VectorRows.ID, TEXT)
          .repartition(partitions, col(VectorRows.ID))
          .sortWithinPartitions(VectorRows.ID)
          .javaRDD()
          .mapPartitions(
              partition ->
                  new RowBatches<>(partition, blockRows, buffer -> List.of(TextRows.of(buffer))));
    }

    private static TextRows of(List<Row> rows) {
      return new TextRows(
          rows.stream().mapToLong(row -> row.getLong(0)).toArray(),
          rows.stream().map(row -> row.getString(1)).toArray(String[]::new));
    }
  }
}
