package io.silverspark.model.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class PairedBootstrapTest {

  /** The candidate repairs rows 0-59 and breaks rows 60-79 of 1,000. */
  private static boolean[] correct(boolean candidate) {
    boolean[] correct = new boolean[1000];
    for (int row = 0; row < correct.length; row++) {
      correct[row] = row >= 60 && row < 800;
      if (candidate && row < 80) {
        correct[row] = row < 60;
      }
    }
    return correct;
  }

  @Test
  void of_fewChangedRows_isNarrowerThanEitherModel() {
    PairedBootstrap paired =
        PairedBootstrap.of(
            RowStatistic.accuracy(correct(false)),
            RowStatistic.accuracy(correct(true)),
            new Resampling(4000, 0.95, 1));
    double halfWidth = 1.96 * Math.sqrt((0.08 - 0.04 * 0.04) / 1000);
    assertThat(paired.difference()).isCloseTo(0.04, within(1e-12));
    assertThat(paired.meanDifference()).isCloseTo(0.04, within(0.001));
    assertThat(paired.lower()).isCloseTo(0.04 - halfWidth, within(0.002));
    assertThat(paired.upper()).isCloseTo(0.04 + halfWidth, within(0.002));
    assertThat(paired.shareNotAbove()).isLessThan(0.001);
  }

  @Test
  void of_sameModel_isNeverAbove() {
    RowStatistic model = RowStatistic.accuracy(correct(false));
    PairedBootstrap paired = PairedBootstrap.of(model, model, Resampling.defaults());
    assertThat(paired.shareNotAbove()).isEqualTo(1);
    assertThat(paired.upper()).isZero();
  }

  @Test
  void of_differentRows_isRefused() {
    assertThatThrownBy(
            () ->
                PairedBootstrap.of(
                    RowStatistic.mean(new double[3]),
                    RowStatistic.mean(new double[4]),
                    Resampling.defaults()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Paired statistics of 3 and 4 rows");
  }
}
