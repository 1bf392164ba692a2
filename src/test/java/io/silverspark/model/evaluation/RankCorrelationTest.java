package io.silverspark.model.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Expected values: SciPy 1.17.1. */
class RankCorrelationTest {
  private static final double[] FIRST = {1, 2, 2, 3.5, -1, 0, 7};
  private static final double[] SECOND = {2, 1, 3, 3, -2, 0.5, 3};

  @Test
  void pearson_uneven_matchesSciPy() {
    assertThat(RankCorrelation.pearson(FIRST, SECOND)).isCloseTo(0.7482701867594012, within(1e-14));
  }

  @Test
  void pearson_largeOffset_keepsPrecision() {
    double[] shifted = Arrays.stream(FIRST).map(x -> x + 1e8).toArray();
    assertThat(RankCorrelation.pearson(shifted, SECOND))
        .isCloseTo(0.7482701867594012, within(1e-8));
  }

  @Test
  void spearman_ties_shareAverageRank() {
    assertThat(RankCorrelation.spearman(FIRST, SECOND))
        .isCloseTo(0.8788501706079498, within(1e-14));
  }

  @Test
  void spearman_signedZeros_areEqual() {
    double[] signed = {-0.0, 0.0, 1};
    assertThat(RankCorrelation.spearman(signed, new double[] {0, 0, 1})).isEqualTo(1);
  }

  @Test
  void correlation_constantSide_isUndefined() {
    double[] constant = {0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1};
    assertThat(RankCorrelation.pearson(constant, SECOND)).isNaN();
    assertThat(RankCorrelation.spearman(FIRST, constant)).isNaN();
  }

  @Test
  void correlation_notANumber_isUndefined() {
    double[] broken = {1, Double.NaN, 2, 3.5, -1, 0, 7};
    assertThat(RankCorrelation.pearson(broken, SECOND)).isNaN();
    assertThat(RankCorrelation.spearman(broken, SECOND)).isNaN();
  }

  @Test
  void correlation_differentLengths_isRefused() {
    assertThatThrownBy(() -> RankCorrelation.spearman(FIRST, new double[3]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Correlation of 7 scores with 3 scores");
  }

  @Test
  void correlation_oneRow_isRefused() {
    assertThatThrownBy(() -> RankCorrelation.pearson(new double[1], new double[1]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Correlation needs at least 2 rows, found 1");
  }
}
