package io.silverspark.model.mining;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.junit.jupiter.api.Test;

class ScoreDensityTest {
  @Test
  void quotas_poorBin_isMadeUpByTheOthers() {
    ScoreDensity density = ScoreDensity.uniform(4);
    assertThat(density.quotas(new int[] {100, 3, 100, 100}, 40)).containsExactly(13, 3, 12, 12);
    assertThat(density.quotas(new int[] {5, 0, 2, 1}, 40)).containsExactly(5, 0, 2, 1);
    assertThat(new ScoreDensity(List.of(3.0, 1.0)).quotas(new int[] {50, 50}, 40))
        .containsExactly(30, 10);
  }

  @Test
  void bin_scoreOutsideTheRange_isTheOutermost() {
    assertThat(ScoreDensity.uniform(5).bin(0.39f)).isEqualTo(1);
    assertThat(ScoreDensity.uniform(5).bin(1f)).isEqualTo(4);
    assertThat(ScoreDensity.uniform(5).bin(-0.2f)).isZero();
  }

  /** Two normal distributions: the estimate is their mean, integrated over the bins. */
  @Test
  void estimated_scoresWithGaps_isSmooth() {
    float[] scores = {0.3f, 0.3f, 0.7f, 0.7f};
    double bandwidth = 0.2 * Math.sqrt(4 / 3.0) * Math.pow(4, -0.2);
    NormalDistribution low = new NormalDistribution(0.3, bandwidth);
    NormalDistribution high = new NormalDistribution(0.7, bandwidth);

    List<Double> shares = ScoreDensity.estimated(scores, 10).shares();

    for (int bin = 1; bin < 9; bin++) {
      double mass =
          (low.probability(bin / 10.0, (bin + 1) / 10.0)
                  + high.probability(bin / 10.0, (bin + 1) / 10.0))
              / 2;
      assertThat(shares.get(bin)).isCloseTo(mass, within(1e-6));
    }
    assertThat(shares.stream().mapToDouble(Double::doubleValue).sum()).isCloseTo(1, within(1e-9));
    assertThat(ScoreDensity.estimated(new float[] {0.5f}, 3).shares().get(1))
        .isCloseTo(1, within(1e-6));
  }
}
