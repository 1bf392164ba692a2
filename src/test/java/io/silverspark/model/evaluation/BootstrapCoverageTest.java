package io.silverspark.model.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * Draws many test sets from a population whose number is known: about 90 of 100 intervals of 90 %
 * must hold it. With 300 sets the share has a standard error of 0.017.
 */
class BootstrapCoverageTest {
  private static final int SETS = 300;
  private static final int ROWS = 150;
  private final Random random = new Random(11);

  @Test
  void interval_ofAccuracy_coversTheTruth() {
    assertThat(
            coverage(
                0.8,
                () -> {
                  boolean[] correct = new boolean[ROWS];
                  for (int row = 0; row < ROWS; row++) {
                    correct[row] = random.nextDouble() < 0.8;
                  }
                  return RowStatistic.accuracy(correct);
                }))
        .isBetween(0.84, 0.95);
  }

  @Test
  void interval_ofPearson_coversTheTruth() {
    assertThat(
            coverage(
                0.6,
                () -> {
                  double[][] columns = columns(0.6);
                  return RowStatistic.pearson(columns[0], columns[1]);
                }))
        .isBetween(0.84, 0.95);
  }

  /** Spearman of a normal pair is 6 / pi times the arc sine of half its Pearson. */
  @Test
  void interval_ofSpearman_coversTheTruth() {
    assertThat(
            coverage(
                6 / Math.PI * Math.asin(0.3),
                () -> {
                  double[][] columns = columns(0.6);
                  return RowStatistic.spearman(columns[0], columns[1]);
                }))
        .isBetween(0.84, 0.95);
  }

  @Test
  void pairedInterval_ofEqualModels_seldomLeavesOutZero() {
    int told = 0;
    for (int set = 0; set < SETS; set++) {
      boolean[] one = new boolean[ROWS];
      boolean[] other = new boolean[ROWS];
      for (int row = 0; row < ROWS; row++) {
        double hardness = random.nextDouble();
        one[row] = hardness < 0.6 || random.nextDouble() < 0.5;
        other[row] = hardness < 0.6 || random.nextDouble() < 0.5;
      }
      PairedBootstrap paired =
          PairedBootstrap.of(
              RowStatistic.accuracy(one),
              RowStatistic.accuracy(other),
              new Resampling(300, 0.9, set));
      told += paired.lower() > 0 || paired.upper() < 0 ? 1 : 0;
    }
    assertThat((double) told / SETS).isBetween(0.04, 0.16);
  }

  private double coverage(double truth, Supplier<RowStatistic> draw) {
    int holds = 0;
    for (int set = 0; set < SETS; set++) {
      BootstrapInterval interval = BootstrapInterval.of(draw.get(), new Resampling(300, 0.9, set));
      holds += interval.lower() <= truth && truth <= interval.upper() ? 1 : 0;
    }
    return (double) holds / SETS;
  }

  private double[][] columns(double correlation) {
    double[][] columns = new double[2][ROWS];
    for (int row = 0; row < ROWS; row++) {
      columns[0][row] = random.nextGaussian();
      columns[1][row] =
          correlation * columns[0][row]
              + Math.sqrt(1 - correlation * correlation) * random.nextGaussian();
    }
    return columns;
  }
}
