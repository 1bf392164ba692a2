package io.silverspark.model.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BootstrapIntervalTest {
  private static final int ROWS = 1500;

  /** Two columns with a correlation of about 0.8, some values tied. */
  private static double[][] columns(long seed) {
    Random random = new Random(seed);
    double[][] columns = new double[2][ROWS];
    for (int row = 0; row < ROWS; row++) {
      columns[0][row] = random.nextGaussian();
      double noisy = 0.8 * columns[0][row] + 0.6 * random.nextGaussian();
      columns[1][row] = Math.round(noisy * 5) / 5.0;
    }
    return columns;
  }

  @Test
  void of_accuracy_hasTheWidthOfTheBinomial() {
    boolean[] correct = new boolean[1000];
    Arrays.fill(correct, 0, 800, true);
    BootstrapInterval interval =
        BootstrapInterval.of(RowStatistic.accuracy(correct), new Resampling(4000, 0.95, 1));
    double halfWidth = 1.96 * Math.sqrt(0.8 * 0.2 / 1000);
    assertThat(interval.estimate()).isEqualTo(0.8);
    assertThat(interval.lower()).isCloseTo(0.8 - halfWidth, within(0.002));
    assertThat(interval.upper()).isCloseTo(0.8 + halfWidth, within(0.002));
  }

  @Test
  void of_pearson_hasTheWidthOfFisher() {
    double[][] columns = columns(3);
    RowStatistic statistic = RowStatistic.pearson(columns[0], columns[1]);
    BootstrapInterval interval = BootstrapInterval.of(statistic, new Resampling(2000, 0.9, 1));
    double z = Math.log((1 + interval.estimate()) / (1 - interval.estimate())) / 2;
    double reach = 1.6449 / Math.sqrt(ROWS - 3.0);
    assertThat(interval.lower()).isCloseTo(Math.tanh(z - reach), within(0.003));
    assertThat(interval.upper()).isCloseTo(Math.tanh(z + reach), within(0.003));
  }

  @Test
  void of_sameSeed_isTheSame() {
    double[][] columns = columns(3);
    RowStatistic statistic = RowStatistic.spearman(columns[0], columns[1]);
    Resampling resampling = new Resampling(100, 0.95, 5);
    assertThat(BootstrapInterval.of(statistic, resampling))
        .isEqualTo(BootstrapInterval.of(statistic, resampling))
        .isNotEqualTo(BootstrapInterval.of(statistic, new Resampling(100, 0.95, 6)));
  }

  @Test
  void spearman_selection_equalsRankingTheSelectedRows() {
    double[][] columns = columns(4);
    RowStatistic statistic = RowStatistic.spearman(columns[0], columns[1]);
    int[] selection = new Random(9).ints(300, 0, ROWS).toArray();
    double[] first = new double[300];
    double[] second = new double[300];
    for (int i = 0; i < 300; i++) {
      first[i] = columns[0][selection[i]];
      second[i] = columns[1][selection[i]];
    }
    assertThat(statistic.of(selection)).isEqualTo(RankCorrelation.spearman(first, second));
  }

  @Test
  void of_fewUndefinedResamples_areLeftOut() {
    // One of 125 resamples of four rows is one row four times.
    double[] rows = {1, 2, 3, 4};
    RowStatistic statistic = RowStatistic.pearson(rows, rows);
    BootstrapInterval interval = BootstrapInterval.of(statistic, Resampling.defaults());
    assertThat(interval.lower()).isCloseTo(1, within(1e-12));
    assertThat(interval.upper()).isCloseTo(1, within(1e-12));
  }

  @Test
  void of_manyUndefinedResamples_hasNoEnds() {
    // Half of the resamples of two rows are one row twice, whose correlation is undefined.
    RowStatistic statistic = RowStatistic.pearson(new double[] {1, 2}, new double[] {1, 2});
    BootstrapInterval interval = BootstrapInterval.of(statistic, Resampling.defaults());
    PairedBootstrap paired = PairedBootstrap.of(statistic, statistic, Resampling.defaults());
    assertThat(interval.estimate()).isCloseTo(1, within(1e-12));
    assertThat(interval.lower()).isNaN();
    assertThat(interval.upper()).isNaN();
    assertThat(paired.difference()).isZero();
    assertThat(paired.lower()).isNaN();
  }

  @Test
  void of_noRows_isRefused() {
    assertThatThrownBy(
            () -> BootstrapInterval.of(RowStatistic.mean(new double[0]), Resampling.defaults()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("A bootstrap needs at least 1 row");
  }

  @Test
  void resampling_wholeConfidence_isRefused() {
    assertThatThrownBy(() -> new Resampling(10, 1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("confidence must be in (0, 1), found 1.0");
  }
}
