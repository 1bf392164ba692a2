package io.silverspark.model.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;

/** What losses make of a teacher's scores or margins. */
final class TeacherMargins {
  private TeacherMargins() {}

  /**
   * Mean over batch and negatives of {@code (s(p) - s(n) - margin)^2}.
   *
   * @param positive scores of the positives [B]
   * @param negatives scores of each negative, each [B]
   * @param labels margins [B] or [B, N], or teacher scores [B, N + 1], the positive's first
   * @return scalar
   */
  static NDArray meanSquaredError(NDArray positive, NDList negatives, NDArray labels) {
    int count = negatives.size();
    NDArray wanted = margins(labels, count); // [B, N]
    NDArray margins = positive.sub(negatives.get(0)).expandDims(1);
    for (int i = 1; i < count; i++) {
      margins = margins.concat(positive.sub(negatives.get(i)).expandDims(1), 1);
    }
    return margins.sub(wanted).square().mean();
  }

  /**
   * Scores whose differences are the teacher's.
   *
   * @param labels as of {@link #meanSquaredError}
   * @param negatives number N
   * @return [B, N + 1], the positive's first; that of margins is 0
   */
  static NDArray scores(NDArray labels, int negatives) {
    boolean whole =
        labels.getShape().dimension() == 2 && labels.getShape().get(1) == negatives + 1L;
    if (whole) {
      return labels;
    }
    NDArray margins = margins(labels, negatives); // [B, N]
    NDArray positive = margins.get(new NDIndex(":, 0:1")).zerosLike();
    return positive.concat(margins.neg(), 1);
  }

  private static NDArray margins(NDArray labels, int negatives) {
    NDArray rows = labels.getShape().dimension() == 1 ? labels.expandDims(1) : labels;
    long width = rows.getShape().get(1);
    if (width == negatives + 1L) {
      return rows.get(new NDIndex(":, 0:1")).sub(rows.get(new NDIndex(":, 1:")));
    }
    if (width != negatives) {
      throw new IllegalArgumentException(
          "%d negatives need %d margins or %d scores, found labels %s"
              .formatted(negatives, negatives, negatives + 1, labels.getShape()));
    }
    return rows;
  }
}
