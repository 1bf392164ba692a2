package io.silverspark.model.mining;

import java.util.Arrays;

/**
 * Negated distances of a block, as {@link PlainScoreBlocks} does products: four steps of the width
 * at a time, each column with its own sum, so that the JIT compiler makes vector instructions of
 * the innermost loop.
 *
 * @param similarity {@link VectorSimilarity#EUCLIDEAN} or {@link VectorSimilarity#MANHATTAN}
 */
record DistanceBlocks(VectorSimilarity similarity) implements ScoreBlocks {
  @Override
  public int queryRows() {
    return 64;
  }

  @Override
  public int panelColumns() {
    return 256;
  }

  @Override
  public boolean sumsInOrder() {
    return true;
  }

  @Override
  public void multiply(
      float[] queries, int rows, float[] panel, int columns, int width, float[][] scores) {
    int whole = width - width % 4;
    for (int row = 0; row < rows; row++) {
      float[] sums = scores[row];
      Arrays.fill(sums, 0, columns, 0f);
      for (int k = 0; k < whole; k += 4) {
        if (similarity == VectorSimilarity.EUCLIDEAN) {
          addSquares(queries, row * width + k, panel, k * columns, columns, sums);
        } else {
          addDifferences(queries, row * width + k, panel, k * columns, columns, sums);
        }
      }
      for (int column = 0; column < columns; column++) {
        for (int k = whole; k < width; k++) {
          sums[column] += similarity.term(queries[row * width + k], panel[k * columns + column]);
        }
        sums[column] = similarity.ofSum(sums[column]);
      }
    }
  }

  private static void addSquares(float[] q, int a, float[] p, int p0, int columns, float[] sums) {
    float a0 = q[a], a1 = q[a + 1], a2 = q[a + 2], a3 = q[a + 3];
    int p1 = p0 + columns;
    int p2 = p1 + columns;
    int p3 = p2 + columns;
    for (int j = 0; j < columns; j++) {
      float d0 = a0 - p[p0 + j];
      float d1 = a1 - p[p1 + j];
      float d2 = a2 - p[p2 + j];
      float d3 = a3 - p[p3 + j];
      sums[j] = sums[j] + d0 * d0 + d1 * d1 + d2 * d2 + d3 * d3;
    }
  }

  private static void addDifferences(
      float[] q, int a, float[] p, int p0, int columns, float[] sums) {
    float a0 = q[a], a1 = q[a + 1], a2 = q[a + 2], a3 = q[a + 3];
    int p1 = p0 + columns;
    int p2 = p1 + columns;
    int p3 = p2 + columns;
    for (int j = 0; j < columns; j++) {
      sums[j] =
          sums[j]
              + Math.abs(a0 - p[p0 + j])
              + Math.abs(a1 - p[p1 + j])
              + Math.abs(a2 - p[p2 + j])
              + Math.abs(a3 - p[p3 + j]);
    }
  }
}
