package io.silverspark.jobs.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DisplayTest {
  @Test
  void score_notFinite_isADash() {
    assertThat(Display.score(Double.NaN)).isEqualTo("–");
    assertThat(Display.signed(Double.POSITIVE_INFINITY)).isEqualTo("–");
    assertThat(Display.count(null)).isEqualTo("–");
    assertThat(Display.text(" ")).isEqualTo("–");
  }

  @Test
  void signed_almostZero_hasNoMinus() {
    assertThat(Display.signed(-0.0001)).isEqualTo("+0.000");
    assertThat(Display.signed(-0.0123)).isEqualTo("−0.012");
  }

  @Test
  void seconds_growing_changesUnit() {
    assertThat(Display.seconds(0.42)).isEqualTo("0.4 s");
    assertThat(Display.seconds(9.97)).isEqualTo("10 s");
    assertThat(Display.seconds(59.7)).isEqualTo("1 min 0 s");
    assertThat(Display.seconds(192)).isEqualTo("3 min 12 s");
    assertThat(Display.seconds(7_500)).isEqualTo("2 h 5 min");
  }

  @Test
  void histogramOf_edgesAndOutliers_areCountedOnce() {
    Histogram histogram = Histogram.of(new double[] {-1, 0, 0.5, 1, 2, Double.NaN}, 0, 1, 2);

    assertThat(histogram.counts()).containsExactly(2L, 3L);
    assertThat(histogram.shares()).containsExactly(0.4, 0.6);
  }
}
