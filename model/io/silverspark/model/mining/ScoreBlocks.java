package io.silverspark.model.mining;

import java.io.Serializable;

/**
 * One block of a matrix product, the inner step of {@link BlockedSimilarity}.
 *
 * <p>{@link #plainJava()} needs nothing but the JVM and gives each score as the plain sum over the
 * width, in order, whatever the block's shape: results are the same bits for any blocking. Another
 * implementation may be faster and give that up; {@link BlockedSimilarity} then computes the scores
 * that it keeps a second time, in order.
 */
public interface ScoreBlocks extends Serializable {
  /**
   * Scores every query against every column of a panel.
   *
   * @param queries [queryRows, width], row after row; only the first {@code rows} count
   * @param rows how many queries
   * @param panel [width, columns]: the corpus block, transposed
   * @param columns how many corpus rows
   * @param width of the vectors
   * @param scores [queryRows][panelColumns]; the first {@code rows} and {@code columns} are
   *     overwritten
   */
  void multiply(float[] queries, int rows, float[] panel, int columns, int width, float[][] scores);

  /** Queries per call: the height of a block. */
  int queryRows();

  /** Corpus rows per call: the width of a block. */
  int panelColumns();

  /** Whether each score is the plain sum over the width, in order. */
  default boolean sumsInOrder() {
    return false;
  }

  /** The implementation in plain Java; single-threaded and stateless. */
  static ScoreBlocks plainJava() {
    return new PlainScoreBlocks();
  }
}
