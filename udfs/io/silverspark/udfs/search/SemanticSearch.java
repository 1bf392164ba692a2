package io.silverspark.udfs.search;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.silverspark.model.mining.BlockedSimilarity;
import io.silverspark.model.mining.TopK;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;

/**
 * Exact nearest neighbours across the executors, by blocked matrix multiplication.
 *
 * <p>A small corpus is packed and sent to every executor. Otherwise both sides are dealt to blocks
 * of {@link SearchOptions#blockRows}, kept by Spark in serialised form in memory or on disk, and
 * each task meets one block of queries with one of the corpus: {@link SearchOptions#taskBytes}
 * bytes a task, for any number of rows. The partial results of a block of queries, 12 bytes a
 * neighbour, are merged. Either way rows are never joined with rows, and scores, ranks and ties
 * (ascending {@code corpus_id}) are the same for any partitioning.
 *
 * <p>What moves, with Q and C rows of width D in q and c blocks: each side once to be dealt, {@code
 * 4 D (Q + C)} bytes; each block of one side to the cells of the other where they are on different
 * executors, at most {@code 4 D (Q c + C q)}; and {@code 12 k Q c} to be merged.
 */
public final class SemanticSearch {
  /** Schema of the result. */
  public static final StructType RESULT =
      new StructType()
          .add(NeighbourLists.QUERY, DataTypes.LongType, false)
          .add(NeighbourLists.CORPUS, DataTypes.LongType, false)
          .add(NeighbourLists.SCORE, DataTypes.FloatType, false)
          .add("rank", DataTypes.IntegerType, false);

  private SemanticSearch() {}

  /**
   * Finds each query's nearest corpus rows. Counts the rows at once and packs a small corpus, in
   * two to three short Spark jobs; the search itself is lazy. Both inputs are read more than once:
   * write or cache freshly computed embeddings first.
   *
   * @param queries columns {@code id} (bigint, distinct) and {@code embedding} (array of float)
   * @param corpus columns {@code id} (bigint, distinct) and {@code embedding}
   * @param options how many, and how
   * @return (query_id, corpus_id, score, rank), rank from 1; fewer than k rows for a query only if
   *     the corpus is smaller
   * @throws io.silverspark.model.error.UserException if a column is missing or of another type; in
   *     the job, if an embedding is null or widths differ
   */
  public static Dataset<Row> search(
      Dataset<Row> queries, Dataset<Row> corpus, SearchOptions options) {
    return find(queries, corpus, options).rows();
  }

  /** As {@link #search}, in the form that can also be had a row per query. */
  public static NeighbourLists find(
      Dataset<Row> queries, Dataset<Row> corpus, SearchOptions options) {
    SparkSession spark = queries.sparkSession();
    VectorRows.requireColumns(queries.schema());
    VectorRows.requireColumns(corpus.schema());
    JavaRDD<Selections> found =
        bytes(corpus) <= options.broadcastBytes()
            ? inBroadcast(spark, queries, corpus, options)
            : inGrid(queries, corpus, options);
    return new NeighbourLists(spark, found);
  }

  private static long bytes(Dataset<Row> corpus) {
    Row first = corpus.selectExpr("count(1)", "max(size(embedding))").first();
    return first.getLong(0) == 0 || first.isNullAt(1) ? 0 : 4L * first.getLong(0) * first.getInt(1);
  }

  private static JavaRDD<Selections> inBroadcast(
      SparkSession spark, Dataset<Row> queries, Dataset<Row> corpus, SearchOptions options) {
    List<CorpusBlock> packed =
        new ArrayList<>(
            VectorRows.blocks(corpus, options.blockRows())
                .map(rows -> CorpusBlock.of(rows, options))
                .collect());
    Broadcast<List<CorpusBlock>> shared =
        JavaSparkContext.fromSparkContext(spark.sparkContext()).broadcast(packed);
    return VectorRows.blocks(queries, options.blockRows())
        .map(
            block -> {
              List<TopK> best = BlockedSimilarity.newSelections(block.ids().length, options.k());
              shared.value().forEach(part -> part.search(block, options.excludeSelf(), best));
              return Selections.of(block.ids(), options.k(), best);
            });
  }

  private static JavaRDD<Selections> inGrid(
      Dataset<Row> queries, Dataset<Row> corpus, SearchOptions options) {
    JavaRDD<VectorRows> queryBlocks =
        VectorRows.dealt(queries, options.blockRows()).persist(StorageLevel.MEMORY_AND_DISK_SER());
    JavaRDD<CorpusBlock> corpusBlocks =
        VectorRows.dealt(corpus, options.blockRows())
            .map(rows -> CorpusBlock.of(rows, options))
            .persist(StorageLevel.MEMORY_AND_DISK_SER());
    return BlockGrid.search(queryBlocks, corpusBlocks, options.excludeSelf(), options.k());
  }

  /**
   * A packed block of the corpus.
   *
   * @param rows ready for multiplication
   */
  @DefaultSerializer(JavaSerializer.class) // not by Kryo, which cannot read records
  record CorpusBlock(BlockedSimilarity rows) implements BlockGrid.Part<VectorRows> {
    static CorpusBlock of(VectorRows rows, SearchOptions options) {
      return new CorpusBlock(
          BlockedSimilarity.of(
              rows.ids(), rows.vectors(), options.similarity(), options.scoreBlocks()));
    }

    @Override
    public void search(VectorRows queries, boolean excludeSelf, List<TopK> best) {
      rows.search(queries.vectors(), excludeSelf ? queries.ids() : null, best);
    }
  }
}
