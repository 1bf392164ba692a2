package io.silverspark.udfs;

import io.silverspark.model.mining.ScoreBlocks;
import io.silverspark.model.mining.VectorSimilarity;
import java.io.Serializable;

/**
 * How {@link SemanticSearch} runs.
 *
 * @param k nearest rows per query, at least 1
 * @param excludeSelf leaves out the corpus row with the query's own id
 * @param similarity cosine or dot product
 * @param broadcastBytes a corpus up to this size (4 bytes per component) is sent to every executor;
 *     a larger one is searched block against block
 * @param scoreBlocks the matrix product; plain Java unless another is set
 */
public record SearchOptions(
    int k,
    boolean excludeSelf,
    VectorSimilarity similarity,
    long broadcastBytes,
    ScoreBlocks scoreBlocks)
    implements Serializable {

  private static final long BROADCAST_BYTES = 128L << 20;

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if {@code k} is below 1
   */
  public SearchOptions {
    if (k < 1) {
      throw new IllegalArgumentException("k must be at least 1, got " + k);
    }
  }

  /** The k nearest by cosine, the query itself included; a corpus up to 128 MiB is broadcast. */
  public static SearchOptions nearest(int k) {
    return new SearchOptions(
        k, false, VectorSimilarity.COSINE, BROADCAST_BYTES, ScoreBlocks.plainJava());
  }

  /** The same without the query itself. */
  public SearchOptions excludingSelf() {
    return new SearchOptions(k, true, similarity, broadcastBytes, scoreBlocks);
  }

  /** The same with another similarity. */
  public SearchOptions by(VectorSimilarity other) {
    return new SearchOptions(k, excludeSelf, other, broadcastBytes, scoreBlocks);
  }

  /** The same with another limit for broadcasting; 0 never broadcasts. */
  public SearchOptions withBroadcastBytes(long bytes) {
    return new SearchOptions(k, excludeSelf, similarity, bytes, scoreBlocks);
  }

  /** The same with another matrix product; a faster one may swap neighbours that nearly tie. */
  public SearchOptions with(ScoreBlocks other) {
    return new SearchOptions(k, excludeSelf, similarity, broadcastBytes, other);
  }
}
