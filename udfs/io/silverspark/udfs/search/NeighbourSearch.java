package io.silverspark.udfs.search;

import io.silverspark.model.evaluation.Similarity;
import io.silverspark.model.mining.HnswOptions;
import io.silverspark.model.mining.ScoreBlocks;
import io.silverspark.model.mining.TorchScoreBlocks;
import io.silverspark.model.mining.VectorSimilarity;
import io.silverspark.model.quantization.EmbeddingRanges;
import io.silverspark.udfs.serving.TaskDevice;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** A way to find, for each of many rows, the most similar of many others. */
@FunctionalInterface
public interface NeighbourSearch {
  /**
   * Finds neighbours. May run Spark jobs at once, to count and to build; the search itself is lazy.
   *
   * @param queries column {@code id} (bigint, distinct) and what is compared: {@code embedding}
   *     (array of float) or {@code text}
   * @param corpus the same columns
   * @param k nearest rows for a query, at least 1
   * @param excludeSelf leaves out the corpus row with the query's own id
   */
  NeighbourLists find(Dataset<Row> queries, Dataset<Row> corpus, int k, boolean excludeSelf);

  /** How the vectors are compared. */
  default VectorSimilarity similarity() {
    return VectorSimilarity.COSINE;
  }

  /** All pairs are compared: {@link SemanticSearch} by cosine, with PyTorch's matrix product. */
  static NeighbourSearch exact() {
    return exact(SearchOptions.BLOCK_ROWS, "cpu");
  }

  /**
   * All pairs are compared.
   *
   * @param blockRows rows of a block on either side: see {@link SearchOptions#taskBytes}
   * @param device of the matrix product: {@code cpu}, {@code cuda} or {@code cuda:N}
   */
  static NeighbourSearch exact(int blockRows, String device) {
    return exact(blockRows, device, VectorSimilarity.COSINE);
  }

  /** As above by another similarity; distances are computed in plain Java. */
  static NeighbourSearch exact(int blockRows, String device, VectorSimilarity similarity) {
    return new Exact(blockRows, device, similarity);
  }

  /**
   * HNSW graphs, built at the first search and kept in a directory: {@link VectorIndex}.
   *
   * @param directory of this corpus and these options alone; any path that Hadoop knows
   * @param indexRows vectors of a graph at most
   * @param blockRows queries of a block
   */
  static NeighbourSearch approximate(
      String directory, HnswOptions options, int indexRows, int blockRows) {
    return approximate(directory, options, indexRows, blockRows, VectorSimilarity.COSINE);
  }

  /**
   * As above by another similarity.
   *
   * @param similarity cosine, dot or euclidean
   * @throws io.silverspark.model.error.UserException if it is another one
   */
  static NeighbourSearch approximate(
      String directory,
      HnswOptions options,
      int indexRows,
      int blockRows,
      VectorSimilarity similarity) {
    VectorIndex.requireSimilarity(similarity);
    return new Approximate(directory, options, indexRows, blockRows, similarity);
  }

  /**
   * Shared words: {@link LexicalSearch}; reads the column {@code text}. Scores are BM25's.
   *
   * @param indexRows texts of an index at most
   * @param blockRows queries of a block
   */
  static NeighbourSearch lexical(int indexRows, int blockRows) {
    return new Lexical(indexRows, blockRows);
  }

  /**
   * Weights of shared tokens: exact search by lists of the rows that have a token. Rows without a
   * common token are never found. {@code embedding} is of type {@code struct<indices: array<int>,
   * values: array<float>>}, as {@link io.silverspark.udfs.columns.SparseEmbedding} makes it.
   *
   * @param blockRows rows of a block on either side
   * @param similarity dot or cosine
   */
  static NeighbourSearch sparse(int blockRows, Similarity similarity) {
    return (queries, corpus, k, excludeSelf) ->
        SparseSearch.find(queries, corpus, k, excludeSelf, blockRows, similarity);
  }

  /**
   * Bits are compared, and the best candidates once more by the float query. The corpus may hold
   * quantised vectors, {@code array<tinyint>} (binary) or {@code array<smallint>} (ubinary), or
   * {@code array<float>}, of which the bits are taken. A score is the sum of the query's components
   * where the row has a 1, which orders rows but is no cosine.
   *
   * @param multiplier how many times k candidates of a block are rescored, at least 1
   * @param blockRows rows of a block on either side
   * @throws IllegalArgumentException if a number is below 1
   */
  static NeighbourSearch binary(int multiplier, int blockRows) {
    if (multiplier < 1 || blockRows < 1) {
      throw new IllegalArgumentException(
          "needs multiplier and blockRows of 1 or more, got %d and %d"
              .formatted(multiplier, blockRows));
    }
    return (queries, corpus, k, excludeSelf) ->
        BinarySearch.find(queries, corpus, k, excludeSelf, multiplier, blockRows);
  }

  /**
   * Bytes are compared with the float queries: {@link ByteSearch}. The corpus may hold quantised
   * vectors, {@code array<tinyint>} (int8) or {@code array<smallint>} (uint8), or {@code
   * array<float>}, which are quantised first. Scores are those of the middle of each step.
   *
   * @param ranges by which the corpus was quantised
   * @param blockRows rows of a block on either side
   * @param device of the matrix product: {@code cpu}, {@code cuda} or {@code cuda:N}
   */
  static NeighbourSearch bytes(
      EmbeddingRanges ranges, int blockRows, String device, VectorSimilarity similarity) {
    return new Bytes(ranges, blockRows, device, similarity);
  }

  /** See {@link #bytes}. */
  record Bytes(EmbeddingRanges ranges, int blockRows, String device, VectorSimilarity similarity)
      implements NeighbourSearch {
    @Override
    public NeighbourLists find(
        Dataset<Row> queries, Dataset<Row> corpus, int k, boolean excludeSelf) {
      SearchOptions nearest =
          SearchOptions.nearest(k)
              .by(similarity)
              .withBlockRows(blockRows)
              .with(new TaskScoreBlocks(device));
      return ByteSearch.find(
          queries, corpus, ranges, excludeSelf ? nearest.excludingSelf() : nearest);
    }
  }

  /** See {@link #exact(int, String, VectorSimilarity)}. */
  record Exact(int blockRows, String device, VectorSimilarity similarity)
      implements NeighbourSearch {
    @Override
    public NeighbourLists find(
        Dataset<Row> queries, Dataset<Row> corpus, int k, boolean excludeSelf) {
      SearchOptions nearest =
          SearchOptions.nearest(k)
              .by(similarity)
              .withBlockRows(blockRows)
              .with(new TaskScoreBlocks(device));
      return SemanticSearch.find(queries, corpus, excludeSelf ? nearest.excludingSelf() : nearest);
    }
  }

  /** See {@link #approximate}. */
  record Approximate(
      String directory,
      HnswOptions options,
      int indexRows,
      int blockRows,
      VectorSimilarity similarity)
      implements NeighbourSearch {
    @Override
    public NeighbourLists find(
        Dataset<Row> queries, Dataset<Row> corpus, int k, boolean excludeSelf) {
      return VectorIndex.openOrBuild(corpus, directory, options, indexRows, similarity)
          .find(queries, k, excludeSelf, blockRows);
    }
  }

  /** See {@link #lexical}. */
  record Lexical(int indexRows, int blockRows) implements NeighbourSearch {
    @Override
    public NeighbourLists find(
        Dataset<Row> queries, Dataset<Row> corpus, int k, boolean excludeSelf) {
      return LexicalSearch.find(queries, corpus, k, excludeSelf, indexRows, blockRows);
    }
  }

  /** PyTorch's matrix product on the device of the task that runs it. */
  record TaskScoreBlocks(String device) implements ScoreBlocks {
    @Override
    public int queryRows() {
      return here().queryRows();
    }

    @Override
    public int panelColumns() {
      return here().panelColumns();
    }

    @Override
    public void multiply(
        float[] queries, int rows, float[] panel, int columns, int width, float[][] scores) {
      new TorchScoreBlocks(TaskDevice.resolve(device))
          .multiply(queries, rows, panel, columns, width, scores);
    }

    private TorchScoreBlocks here() {
      return new TorchScoreBlocks(device);
    }
  }
}
