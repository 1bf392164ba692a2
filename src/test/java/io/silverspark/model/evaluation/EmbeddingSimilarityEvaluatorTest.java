package io.silverspark.model.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** Expected correlations: SciPy 1.17.1 over NumPy similarities. */
class EmbeddingSimilarityEvaluatorTest {
  private static final float[][] FIRST = {
    {0.44f, -0.33f, 2.43f},
    {-0.25f, 0.11f, 1.58f},
    {-0.91f, -0.59f, 0.19f},
    {-0.33f, -1.19f, -0.2f},
    {-0.36f, 0.6f, -1.66f}
  };
  private static final float[][] SECOND = {
    {-0.7f, 1.15f, 1.86f},
    {-1.51f, 0.64f, -0.98f},
    {-0.86f, -0.87f, -0.42f},
    {1.0f, 0.71f, 0.06f},
    {-0.36f, 0.0f, -0.11f}
  };
  private static final double[] GOLD = {0, 1, 2, 2.5, 4};

  @Test
  void evaluate_fiveRows_matchesSciPy() {
    EmbeddingSimilarityEvaluator.Scores scores =
        EmbeddingSimilarityEvaluator.evaluate(FIRST, SECOND, GOLD);
    assertCorrelation(scores.cosine(), -0.08475547935464003, -0.3);
    assertCorrelation(scores.dot(), -0.4979181360329357, -0.5);
    assertCorrelation(scores.manhattan(), 0.4105022879022364, 0.3);
    assertCorrelation(scores.euclidean(), 0.2710256459524819, 0.3);
  }

  private static void assertCorrelation(Correlation actual, double pearson, double spearman) {
    assertThat(actual.pearson()).isCloseTo(pearson, within(1e-6));
    assertThat(actual.spearman()).isCloseTo(spearman, within(1e-12));
  }

  @Test
  void similarity_handMadePair_hasEachValue() {
    float[] first = {3, 0};
    float[] second = {3, 4};
    assertThat(Similarity.COSINE.of(first, second)).isCloseTo(0.6, within(1e-15));
    assertThat(Similarity.DOT.of(first, second)).isEqualTo(9);
    assertThat(Similarity.MANHATTAN.of(first, second)).isEqualTo(-4);
    assertThat(Similarity.EUCLIDEAN.of(first, second)).isEqualTo(-4);
  }

  @Test
  void cosine_zeroEmbedding_isZero() {
    assertThat(Similarity.COSINE.of(new float[2], new float[] {1, 0})).isZero();
  }

  @Test
  void evaluate_fewerSecondRows_isRefused() {
    float[][] short3 = {SECOND[0], SECOND[1], SECOND[2]};
    assertThatThrownBy(() -> EmbeddingSimilarityEvaluator.evaluate(FIRST, short3, GOLD))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("5 rows of first texts but 3 of second texts");
  }

  @Test
  void evaluate_otherWidth_isRefused() {
    float[][] narrow = SECOND.clone();
    narrow[4] = new float[2];
    assertThatThrownBy(() -> EmbeddingSimilarityEvaluator.evaluate(FIRST, narrow, GOLD))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Row 4: first texts has width 3 but second texts has 2");
  }
}
