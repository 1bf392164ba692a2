package io.silverspark.udfs.search;

import io.silverspark.model.mining.ScoreBlocks;
import io.silverspark.model.mining.VectorSimilarity;
import java.io.Serializable;

/**
 * How {@link SemanticSearch} runs.
 *
 * @param k nearest rows per query, at least 1
 * @param excludeSelf leaves out the corpus row with the query's own id
 * @param similarity cosine, dot product, or a negated distance
 * @param broadcastBytes a corpus up to this size (4 bytes per component) is sent to every executor;
 *     a larger one is searched block against block
 * @param blockRows rows of a block on either side: the memory of a task, see {@link #taskBytes}
 * @param scoreBlocks the matrix product; plain Java unless another is set; distances have none
 */
public record SearchOptions(
    int k,
    boolean excludeSelf,
    VectorSimilarity similarity,
    long broadcastBytes,
    int blockRows,
    ScoreBlocks scoreBlocks)
    implements Serializable {

  /** Rows of a block unless set. */
  public static final int BLOCK_ROWS = 16_384;

  private static final long BROADCAST_BYTES = 32L << 20;
  private static final long SELECTION_OVERHEAD = 128;
  private static final long ROW_OVERHEAD = 64;

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if {@code k} or {@code blockRows} is below 1
   */
  public SearchOptions {
    if (k < 1 || blockRows < 1) {
      throw new IllegalArgumentException(
          "k and blockRows must be at least 1, got %d and %d".formatted(k, blockRows));
    }
  }

  /** The k nearest by cosine, the query itself included; a corpus up to 32 MiB is broadcast. */
  public static SearchOptions nearest(int k) {
    return new SearchOptions(
        k, false, VectorSimilarity.COSINE, BROADCAST_BYTES, BLOCK_ROWS, ScoreBlocks.plainJava());
  }

  /** The same without the query itself. */
  public SearchOptions excludingSelf() {
    return new SearchOptions(k, true, similarity, broadcastBytes, blockRows, scoreBlocks);
  }

  /** The same with another similarity. */
  public SearchOptions by(VectorSimilarity other) {
    return new SearchOptions(k, excludeSelf, other, broadcastBytes, blockRows, scoreBlocks);
  }

  /** The same with another limit for broadcasting; 0 never broadcasts. */
  public SearchOptions withBroadcastBytes(long bytes) {
    return new SearchOptions(k, excludeSelf, similarity, bytes, blockRows, scoreBlocks);
  }

  /** The same with blocks of another size. */
  public SearchOptions withBlockRows(int rows) {
    return new SearchOptions(k, excludeSelf, similarity, broadcastBytes, rows, scoreBlocks);
  }

  /** The same with another matrix product. */
  public SearchOptions with(ScoreBlocks other) {
    return new SearchOptions(k, excludeSelf, similarity, broadcastBytes, blockRows, other);
  }

  /**
   * Bytes that one task of the search block against block holds at most, besides what Spark counts
   * as its own (cached blocks, shuffle): with b block rows, width D and h x w the shape of the
   * matrix product's own blocks,
   *
   * <pre>{@code
   * 12 b D + 64 b      the query block, the corpus block, and one of them in serialised form
   * + 2 b (12 k + 128) the selections, while they are built and while two are merged
   * + 8 (h D + h w + w D)  one product, in Java and in PyTorch
   * }</pre>
   *
   * <p>At the default of 16,384 rows, 384 wide with k = 50, that is 120 MB. The search holds as
   * many of these as tasks run at once, whatever the number of rows.
   *
   * @param width D, of the vectors
   */
  public long taskBytes(int width) {
    long rows = blockRows;
    long height = scoreBlocks.queryRows();
    long columns = scoreBlocks.panelColumns();
    return 12 * rows * width
        + ROW_OVERHEAD * rows
        + 2 * rows * (12L * k + SELECTION_OVERHEAD)
        + 8 * (height * width + height * columns + columns * width);
  }
}
