package io.silverspark.jobs.report.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class AxisTest {
  @Test
  void around_anyRange_hasRoundTicksThatCoverIt() {
    Axis axis = Axis.around(0.013, 0.871, 4);

    assertThat(labels(axis)).containsExactly("0", "0.2", "0.4", "0.6", "0.8", "1.0");
    assertThat(axis.position(0)).isZero();
    assertThat(axis.position(2)).isOne();
  }

  @Test
  void around_sameValue_isNotEmpty() {
    assertThat(Axis.around(0.5, 0.5, 4).ticks()).hasSizeGreaterThan(1);
    assertThat(Axis.around(Double.NaN, 1, 4).ticks()).hasSizeGreaterThan(1);
  }

  @Test
  void logarithmic_twoDecades_spacesThemEvenly() {
    Axis axis = Axis.logarithmic(0.01, 1);

    assertThat(labels(axis)).contains("0.01", "0.02", "0.05", "0.1", "0.5", "1");
    assertThat(axis.position(0.1)).isBetween(0.499, 0.501);
  }

  @Test
  void label_smallAndLarge_staysShort() {
    assertThat(labels(Axis.around(0, 5e-5, 5))).contains("0", "1e-5", "5e-5");
    assertThat(labels(Axis.around(0, 40_000, 4))).contains("10k", "40k");
    assertThat(labels(Axis.around(-0.2, 0.2, 4))).contains("−0.1", "0", "0.1");
  }

  @Test
  void barChart_markupInLabels_isEscaped() {
    String svg =
        BarChart.of("a \"b\"", List.of(new Bar("<x>", "c0", 0.5, 0.4, 0.6, "0.5")), 1, "u");

    assertThat(svg).contains("&lt;x&gt;", "a &quot;b&quot;").doesNotContain("<x>");
  }

  private static List<String> labels(Axis axis) {
    return axis.ticks().stream().map(axis::label).toList();
  }
}
