package io.silverspark.jobs.report.chart;

import java.util.DoubleSummaryStatistics;
import java.util.List;

/** Horizontal bars from zero, each with its name above it, an error bar and its value. */
public final class BarChart {
  static final int ROW = 38;
  static final int BOTTOM = 38;

  private static final int LEFT = 2;
  private static final double BOLD_LETTER = 7.2; // mean width at the 12 units of values

  private final Svg svg;
  private final Axis axis;
  private final double right; // end of the axis; the longest value fits beyond it

  private BarChart(Svg svg, Axis axis, double right) {
    this.svg = svg;
    this.axis = axis;
    this.right = right;
  }

  /**
   * Draws the bars in order; the axis starts at zero, or below where a value does.
   *
   * @param least the axis reaches at least to here, so that plots side by side compare
   * @param unit label of the value axis
   */
  public static String of(String description, List<Bar> bars, double least, String unit) {
    int longest =
        bars.stream()
            .filter(bar -> !Double.isNaN(bar.value()))
            .mapToInt(bar -> bar.text().length())
            .max()
            .orElse(0);
    DoubleSummaryStatistics range = Bar.range(bars);
    double low = Math.min(0, range.getMin());
    double high = Math.max(least, range.getMax());
    BarChart chart =
        new BarChart(
            new Svg(Plot.WIDTH, bars.size() * ROW + BOTTOM, description),
            Axis.around(low, high > low ? high : 1, 5),
            Plot.WIDTH - 12 - longest * BOLD_LETTER);
    chart.frame(bars.size() * ROW, unit);
    for (int i = 0; i < bars.size(); i++) {
      chart.row(bars.get(i), i * ROW);
    }
    return chart.svg.finish();
  }

  private void frame(double bottom, String unit) {
    for (double tick : axis.ticks()) {
      svg.path("rule", x(tick), 4, x(tick), bottom);
      String anchor = tick == axis.low() ? "start" : "middle";
      svg.text("tick", x(tick), bottom + 14, anchor, axis.label(tick));
    }
    svg.path("axis", x(0), 4, x(0), bottom);
    svg.text("name", (LEFT + right) / 2, bottom + BOTTOM - 6, "middle", unit);
  }

  private void row(Bar bar, double top) {
    svg.text("series halo", LEFT + 4, top + 15, "start", bar.label());
    double middle = top + 26;
    if (Double.isNaN(bar.value())) {
      svg.text("tick halo", LEFT + 4, middle + 4, "start", bar.text());
      return;
    }
    double from = Math.min(x(0), x(bar.value()));
    double to = Math.max(x(0), x(bar.value()));
    svg.rectangle("fill " + bar.colour(), from, middle - 6, to - from, 12, bar.tip());
    if (bar.hasInterval()) {
      double low = x(bar.low());
      double high = x(bar.high());
      for (String style : List.of("error-halo", "error")) {
        svg.path(style, low, middle, high, middle);
        svg.path(style, low, middle - 4, low, middle + 4);
        svg.path(style, high, middle - 4, high, middle + 4);
      }
      to = Math.max(to, high);
    }
    svg.text("value halo", to + 6, middle + 4, "start", bar.text());
  }

  private double x(double value) {
    return LEFT + axis.position(value) * (right - LEFT);
  }
}
