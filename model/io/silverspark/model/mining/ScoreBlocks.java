package io.silverspark.model.mining;

import java.io.Serializable;

/**
 * One block of a matrix product, the inner step of {@link BlockedSimilarity}.
 *
 * <p>{@link #plainJava()} needs nothing but the JVM and gives each score as the plain sum over the
 * width, in order, whatever the block's shape: results are the same bits for any blocking. Another
 * implementation may be faster and give that up.
 */
@FunctionalInterface
public interface ScoreBlocks extends Serializable {
  /**
   * Scores every query against every column of a panel.
   *
   * @param queries [rows, width], row after row
   * @param rows how many queries
   * @param panel [width, columns]: the corpus block, transposed
   * @param columns how many corpus rows
   * @param width of the vectors
   * @param scores [at least rows][columns], overwritten
   */
  void multiply(float[] queries, int rows, float[] panel, int columns, int width, float[][] scores);

  /** The implementation in plain Java; single-threaded and stateless. */
  static ScoreBlocks plainJava() {
    return new PlainScoreBlocks();
  }
}
