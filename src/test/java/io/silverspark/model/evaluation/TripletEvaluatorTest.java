package io.silverspark.model.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TripletEvaluatorTest {
  private static final float[][] ANCHORS = {{1, 0}, {1, 0}, {1, 0}, {0, 2}};
  private static final float[][] POSITIVES = {{1, 1}, {0, 1}, {2, 2}, {0, 0.1f}};
  private static final float[][] NEGATIVES = {{1, 2}, {1, 1}, {1, 1}, {9, 9}};

  @Test
  void evaluate_tieAndLongNegative_comparesByStrictCosine() {
    TripletEvaluator.Scores scores =
        TripletEvaluator.evaluate(ANCHORS, POSITIVES, NEGATIVES, Similarity.COSINE);
    // Row 2 ties, and row 3 would be wrong by dot product.
    assertThat(scores.correct()).containsExactly(true, false, false, true);
    assertThat(scores.accuracy()).isEqualTo(0.5);
  }

  @Test
  void evaluate_missingNegatives_isRefused() {
    assertThatThrownBy(
            () -> TripletEvaluator.evaluate(ANCHORS, POSITIVES, new float[1][2], Similarity.COSINE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("4 rows of anchors but 1 of negatives");
  }
}
