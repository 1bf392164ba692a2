package io.silverspark.model.evaluation;

/** Shape checks of {@code float[rows][width]} embeddings. */
final class EmbeddingRows {
  private EmbeddingRows() {}

  /**
   * Checks that two columns of embeddings can be compared row by row.
   *
   * @throws IllegalArgumentException if the numbers of rows differ, or the widths in a row
   */
  static void checkAligned(String firstName, float[][] first, String secondName, float[][] second) {
    if (first.length != second.length) {
      throw new IllegalArgumentException(
          "%d rows of %s but %d of %s"
              .formatted(first.length, firstName, second.length, secondName));
    }
    for (int row = 0; row < first.length; row++) {
      if (first[row].length != second[row].length) {
        throw new IllegalArgumentException(
            "Row %d: %s has width %d but %s has %d"
                .formatted(row, firstName, first[row].length, secondName, second[row].length));
      }
    }
  }

  /**
   * Rows of length 1, in single precision as PyTorch's {@code normalize} gives them; a row of zeros
   * stays.
   */
  static float[][] normalized(float[][] rows) {
    float[][] normalized = new float[rows.length][];
    for (int row = 0; row < rows.length; row++) {
      double norm = Math.sqrt(Similarity.DOT.of(rows[row], rows[row]));
      normalized[row] = rows[row].clone();
      for (int i = 0; i < normalized[row].length && norm > 0; i++) {
        normalized[row][i] = (float) (rows[row][i] / norm);
      }
    }
    return normalized;
  }
}
