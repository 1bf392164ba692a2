package io.silverspark.model.mining;

import java.util.Arrays;

/**
 * Matrix product in loops that the JIT compiler turns into vector instructions: four queries and
 * four rows of the panel at a time, so that each value loaded from the panel serves four queries.
 * The innermost loop runs over columns, each with its own sum, so there is no reduction to reorder.
 */
final class PlainScoreBlocks implements ScoreBlocks {
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
    for (int row = 0; row < rows; row++) {
      Arrays.fill(scores[row], 0, columns, 0f);
    }
    int row = 0;
    for (; row + 4 <= rows; row += 4) {
      fourRows(queries, row, panel, columns, width, scores);
    }
    for (; row < rows; row++) {
      addRow(queries, row, 0, panel, columns, width, scores[row]);
    }
  }

  private static void fourRows(
      float[] queries, int row, float[] panel, int columns, int width, float[][] scores) {
    int whole = width - width % 4;
    int first = row * width;
    for (int k = 0; k < whole; k += 4) {
      addFourByFour(
          queries,
          first + k,
          width,
          panel,
          k * columns,
          columns,
          scores[row],
          scores[row + 1],
          scores[row + 2],
          scores[row + 3]);
    }
    for (int i = 0; whole < width && i < 4; i++) {
      addRow(queries, row + i, whole, panel, columns, width, scores[row + i]);
    }
  }

  /** Adds four steps of the width to the sums of four queries. */
  private static void addFourByFour(
      float[] q,
      int a,
      int width,
      float[] p,
      int p0,
      int columns,
      float[] s0,
      float[] s1,
      float[] s2,
      float[] s3) {
    int b = a + width;
    int c = b + width;
    int d = c + width;
    float a0 = q[a], a1 = q[a + 1], a2 = q[a + 2], a3 = q[a + 3];
    float b0 = q[b], b1 = q[b + 1], b2 = q[b + 2], b3 = q[b + 3];
    float c0 = q[c], c1 = q[c + 1], c2 = q[c + 2], c3 = q[c + 3];
    float d0 = q[d], d1 = q[d + 1], d2 = q[d + 2], d3 = q[d + 3];
    int p1 = p0 + columns;
    int p2 = p1 + columns;
    int p3 = p2 + columns;
    for (int j = 0; j < columns; j++) {
      float x0 = p[p0 + j];
      float x1 = p[p1 + j];
      float x2 = p[p2 + j];
      float x3 = p[p3 + j];
      s0[j] = s0[j] + a0 * x0 + a1 * x1 + a2 * x2 + a3 * x3;
      s1[j] = s1[j] + b0 * x0 + b1 * x1 + b2 * x2 + b3 * x3;
      s2[j] = s2[j] + c0 * x0 + c1 * x1 + c2 * x2 + c3 * x3;
      s3[j] = s3[j] + d0 * x0 + d1 * x1 + d2 * x2 + d3 * x3;
    }
  }

  private static void addRow(
      float[] queries, int row, int from, float[] panel, int columns, int width, float[] sums) {
    for (int k = from; k < width; k++) {
      float factor = queries[row * width + k];
      int offset = k * columns;
      for (int j = 0; j < columns; j++) {
        sums[j] += factor * panel[offset + j];
      }
    }
  }
}
