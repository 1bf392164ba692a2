package io.silverspark.udfs;

import io.silverspark.model.mining.BlockedSimilarity;
import io.silverspark.model.mining.Neighbour;
import io.silverspark.model.mining.TopK;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;

/**
 * Exact nearest neighbours across the executors, by blocked matrix multiplication.
 *
 * <p>The corpus is packed into blocks. A small corpus is broadcast and every task searches it for
 * its queries; a large one is met block against block and the partial results of a query are
 * merged. Either way rows are never joined with rows, and scores, ranks and ties (ascending {@code
 * corpus_id}) are the same for any partitioning.
 */
public final class SemanticSearch {
  /** Schema of the result. */
  public static final StructType RESULT =
      new StructType()
          .add("query_id", DataTypes.LongType, false)
          .add("corpus_id", DataTypes.LongType, false)
          .add("score", DataTypes.FloatType, false)
          .add("rank", DataTypes.IntegerType, false);

  private static final int CORPUS_BLOCK_ROWS = 4096;
  private static final int QUERY_BLOCK_ROWS = 1024;

  private SemanticSearch() {}

  /**
   * Finds each query's nearest corpus rows. Packs the corpus at once, in two short Spark jobs; the
   * search itself is lazy. Both inputs are read more than once if they are not stored: write or
   * cache freshly computed embeddings first.
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
    SparkSession spark = queries.sparkSession();
    JavaRDD<VectorRows> queryBlocks = VectorRows.blocks(queries, QUERY_BLOCK_ROWS);
    JavaRDD<BlockedSimilarity> corpusBlocks =
        VectorRows.blocks(corpus, CORPUS_BLOCK_ROWS)
            .map(
                rows ->
                    BlockedSimilarity.of(
                        rows.ids(), rows.vectors(), options.similarity(), options.scoreBlocks()))
            .persist(StorageLevel.MEMORY_AND_DISK());
    long bytes = corpusBlocks.map(block -> 4L * block.size() * block.width()).fold(0L, Long::sum);
    if (bytes <= options.broadcastBytes()) {
      List<BlockedSimilarity> collected = new ArrayList<>(corpusBlocks.collect());
      corpusBlocks.unpersist(false);
      return spark.createDataFrame(inBroadcast(spark, queryBlocks, collected, options), RESULT);
    }
    Dataset<Row> partial =
        spark.createDataFrame(inBlocks(queryBlocks, corpusBlocks, options), RESULT);
    return merged(partial, options.k());
  }

  private static JavaRDD<Row> inBroadcast(
      SparkSession spark,
      JavaRDD<VectorRows> queryBlocks,
      List<BlockedSimilarity> corpus,
      SearchOptions options) {
    Broadcast<List<BlockedSimilarity>> shared =
        JavaSparkContext.fromSparkContext(spark.sparkContext()).broadcast(corpus);
    return queryBlocks.flatMap(
        queries -> {
          List<TopK> best = BlockedSimilarity.newSelections(queries.ids().length, options.k());
          for (BlockedSimilarity block : shared.value()) {
            offer(queries, block, best, options);
          }
          return rows(queries, best).iterator();
        });
  }

  /** Each task meets the blocks of one query partition with those of one corpus partition. */
  private static JavaRDD<Row> inBlocks(
      JavaRDD<VectorRows> queryBlocks,
      JavaRDD<BlockedSimilarity> corpusBlocks,
      SearchOptions options) {
    return queryBlocks
        .cartesian(corpusBlocks)
        .mapPartitions(pairs -> new BlockPairs(pairs, options));
  }

  private static Dataset<Row> merged(Dataset<Row> partial, int k) {
    Column rank =
        functions
            .row_number()
            .over(
                Window.partitionBy("query_id")
                    .orderBy(functions.col("score").desc(), functions.col("corpus_id").asc()));
    return partial.withColumn("rank", rank).where(functions.col("rank").leq(k));
  }

  private static void offer(
      VectorRows queries, BlockedSimilarity block, List<TopK> best, SearchOptions options) {
    block.search(queries.vectors(), options.excludeSelf() ? queries.ids() : null, best);
  }

  private static List<Row> rows(VectorRows queries, List<TopK> best) {
    List<Row> rows = new ArrayList<>();
    for (int query = 0; query < best.size(); query++) {
      int rank = 0;
      for (Neighbour neighbour : best.get(query).bestFirst()) {
        rows.add(
            RowFactory.create(queries.ids()[query], neighbour.id(), neighbour.score(), ++rank));
      }
    }
    return rows;
  }

  /** Merges runs of pairs with the same query block, so that a run gives k rows per query. */
  private static final class BlockPairs implements Iterator<Row> {
    private final Iterator<scala.Tuple2<VectorRows, BlockedSimilarity>> pairs;
    private final SearchOptions options;
    private scala.Tuple2<VectorRows, BlockedSimilarity> next;
    private Iterator<Row> ready = List.<Row>of().iterator();

    BlockPairs(Iterator<scala.Tuple2<VectorRows, BlockedSimilarity>> pairs, SearchOptions options) {
      this.pairs = pairs;
      this.options = options;
      advance();
    }

    @Override
    public boolean hasNext() {
      while (!ready.hasNext() && next != null) {
        VectorRows queries = next._1();
        List<TopK> best = BlockedSimilarity.newSelections(queries.ids().length, options.k());
        while (next != null && next._1() == queries) {
          offer(queries, next._2(), best, options);
          advance();
        }
        ready = rows(queries, best).iterator();
      }
      return ready.hasNext();
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return ready.next();
    }

    private void advance() {
      next = pairs.hasNext() ? pairs.next() : null;
    }
  }
}
