package io.silverspark.udfs.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.silverspark.SparkFixture;
import io.silverspark.model.error.UserException;
import io.silverspark.model.mining.BlockedSimilarity;
import io.silverspark.model.mining.Neighbour;
import io.silverspark.model.mining.TorchScoreBlocks;
import io.silverspark.model.mining.VectorSimilarity;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("spark")
@ExtendWith(SparkFixture.class)
class SemanticSearchTest {
  private static final float[][] QUERIES = VectorData.random(37, 12, 1);
  private static final float[][] CORPUS = VectorData.random(205, 12, 2);

  private static List<Row> expected(int k) {
    List<List<Neighbour>> found =
        BlockedSimilarity.of(CORPUS, VectorSimilarity.COSINE).search(QUERIES, k);
    List<Row> rows = new ArrayList<>();
    for (int query = 0; query < found.size(); query++) {
      for (int rank = 0; rank < found.get(query).size(); rank++) {
        Neighbour neighbour = found.get(query).get(rank);
        rows.add(RowFactory.create((long) query, neighbour.id(), neighbour.score(), rank + 1));
      }
    }
    return rows;
  }

  private static List<Row> search(
      SparkSession spark, int queryPartitions, int corpusPartitions, SearchOptions options) {
    Dataset<Row> queries = VectorData.rows(spark, QUERIES, queryPartitions);
    Dataset<Row> corpus = VectorData.rows(spark, CORPUS, corpusPartitions);
    return VectorData.sorted(SemanticSearch.search(queries, corpus, options), "query_id", "rank");
  }

  @Test
  void search_broadcastOrBlocksAnyPartitions_equalsBruteForce(SparkSession spark) {
    SearchOptions nearest = SearchOptions.nearest(6);
    assertThat(search(spark, 1, 3, nearest)).isEqualTo(expected(6));
    assertThat(search(spark, 3, 1, nearest)).isEqualTo(expected(6));
    assertThat(search(spark, 2, 4, nearest.withBroadcastBytes(0))).isEqualTo(expected(6));
    assertThat(search(spark, 1, 1, nearest.withBroadcastBytes(0))).isEqualTo(expected(6));
  }

  /** 37 x 205 rows in blocks of 16: 3 x 14 cells, with PyTorch's product. */
  @Test
  void search_smallBlocksAndTorch_equalsBruteForce(SparkSession spark) {
    SearchOptions blocks =
        SearchOptions.nearest(6)
            .withBroadcastBytes(0)
            .withBlockRows(16)
            .with(new TorchScoreBlocks("cpu"));
    assertThat(search(spark, 2, 3, blocks)).isEqualTo(expected(6));
  }

  /** What a cell allocates is more than it ever holds at once. */
  @Test
  void taskBytes_oneCell_holdsNoMore() throws Exception {
    int width = 64;
    SearchOptions options = SearchOptions.nearest(20).withBlockRows(4096);
    VectorRows queries = block(4096, width, 1);
    byte[] corpus = serialised(SemanticSearch.CorpusBlock.of(block(4096, width, 2), options));
    byte[] packedQueries = serialised(queries);
    searchCell(packedQueries, corpus, options);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());

    Selections found = searchCell(packedQueries, corpus, options);

    long allocated = threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
    assertThat(found.counts()).containsOnly(20);
    assertThat(allocated + corpus.length).isLessThanOrEqualTo(options.taskBytes(width));
    assertThat(options.taskBytes(width)).isLessThan(3 * allocated);
  }

  private static Selections searchCell(byte[] queries, byte[] corpus, SearchOptions options)
      throws Exception {
    SemanticSearch.CorpusBlock part = (SemanticSearch.CorpusBlock) read(corpus);
    return BlockGrid.cell((VectorRows) read(queries), part, false, options.k());
  }

  private static VectorRows block(int rows, int width, long seed) {
    return new VectorRows(
        LongStream.range(0, rows).toArray(), VectorData.random(rows, width, seed));
  }

  private static byte[] serialised(Object value) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(value);
    }
    return bytes.toByteArray();
  }

  private static Object read(byte[] bytes) throws Exception {
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
      return in.readObject();
    }
  }

  @Test
  void search_smallerCorpusThanK_givesAllOfIt(SparkSession spark) {
    Dataset<Row> queries = VectorData.rows(spark, VectorData.random(2, 3, 3), 1);
    Dataset<Row> corpus = VectorData.rows(spark, VectorData.random(4, 3, 4), 2);
    assertThat(SemanticSearch.search(queries, corpus, SearchOptions.nearest(9)).count())
        .isEqualTo(8);
  }

  @Test
  void search_excludingSelf_neverReturnsTheQuery(SparkSession spark) {
    Dataset<Row> rows = VectorData.rows(spark, CORPUS, 3);
    SearchOptions others = SearchOptions.nearest(2).excludingSelf();
    for (SearchOptions options : List.of(others, others.withBroadcastBytes(0))) {
      Dataset<Row> found = SemanticSearch.search(rows, rows, options);
      assertThat(found.where("query_id = corpus_id").count()).isZero();
      assertThat(found.count()).isEqualTo(2L * CORPUS.length);
    }
  }

  @Test
  void search_emptyCorpus_givesNoRows(SparkSession spark) {
    Dataset<Row> rows = VectorData.rows(spark, CORPUS, 2);
    assertThat(SemanticSearch.search(rows, rows.where("id < 0"), SearchOptions.nearest(3)).count())
        .isZero();
  }

  @Test
  void search_wrongColumn_saysWhichAndWhatIsThere(SparkSession spark) {
    Dataset<Row> rows = VectorData.rows(spark, CORPUS, 1);
    assertThatThrownBy(
            () ->
                SemanticSearch.search(
                    rows.withColumnRenamed("embedding", "vector"), rows, SearchOptions.nearest(3)))
        .isInstanceOf(UserException.class)
        .hasMessage("column 'embedding' is not there; the columns are id, vector");
    assertThatThrownBy(
            () ->
                SemanticSearch.search(
                    rows.selectExpr("cast(id as string) id", "embedding"),
                    rows,
                    SearchOptions.nearest(3)))
        .hasMessage("column 'id' has type string, needs bigint");
  }

  @Test
  void search_nullEmbedding_namesTheId(SparkSession spark) {
    Dataset<Row> rows = VectorData.rows(spark, CORPUS, 1);
    Dataset<Row> holed =
        rows.selectExpr("id", "case when id = 7 then null else embedding end as embedding");
    assertThatThrownBy(
            () -> SemanticSearch.search(rows, holed, SearchOptions.nearest(3)).collectAsList())
        .hasStackTraceContaining("the row with id 7 has no embedding");
  }
}
