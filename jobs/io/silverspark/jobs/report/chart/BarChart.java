package io.silverspark.jobs.report.chart;

import java.util.List;

/** Horizontal bars from zero, each with its name above it, an error bar and its value. */
public final class BarChart {
  private static final int ROW = 38;
  private static final int LEFT = 2;
  private static final int BOTTOM = 38;
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
    int height = bars.size() * ROW + BOTTOM;
    int longest =
        bars.stream()
            .filter(bar -> !Double.isNaN(bar.value()))
            .mapToInt(bar -> bar.text().length())
            .max()
            .orElse(0);
    BarChart chart =
        new BarChart(
            new Svg(Plot.WIDTH, height, description),
            axis(bars, least),
            Plot.WIDTH - 12 - longest * BOLD_LETTER);
    chart.frame(height - BOTTOM, unit);
    for (int i = 0; i < bars.size(); i++) {
      chart.row(bars.get(i), i * ROW);
    }
    return chart.svg.finish();
  }

  private void frame(double bottom, String unit) {
    for (double tick : axis.ticks()) {
      svg.line("rule", x(tick), 4, x(tick), bottom);
      String anchor = tick == axis.low() ? "start" : "middle";
      svg.text("tick", x(tick), bottom + 14, anchor, axis.label(tick));
    }
    svg.line("axis", x(0), 4, x(0), bottom);
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
    String tip = bar.label() + ": " + bar.text();
    svg.rectangle("fill " + bar.colour(), from, middle - 6, to - from, 12, tip);
    if (bar.hasInterval()) {
      error("error-halo", bar, middle);
      error("error", bar, middle);
      to = Math.max(to, x(bar.high()));
    }
    svg.text("value halo", to + 6, middle + 4, "start", bar.text());
  }

  private void error(String style, Bar bar, double middle) {
    double low = x(bar.low());
    double high = x(bar.high());
    svg.line(style, low, middle, high, middle);
    svg.line(style, low, middle - 4, low, middle + 4);
    svg.line(style, high, middle - 4, high, middle + 4);
  }

  private double x(double value) {
    return LEFT + axis.position(value) * (right - LEFT);
  }

  private static Axis axis(List<Bar> bars, double least) {
    double low = 0;
    double high = least;
    for (Bar bar : bars) {
      for (double value : new double[] {bar.value(), bar.low(), bar.high()}) {
        if (Double.isFinite(value)) {
          low = Math.min(low, value);
          high = Math.max(high, value);
        }
      }
    }
    return Axis.around(low, high > low ? high : 1, 5);
  }
}
