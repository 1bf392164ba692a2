package io.silverspark.jobs.report.chart;

import java.util.List;

/** Horizontal bars from zero, each with its name above it, an error bar and its value. */
public final class BarChart {
  private static final int ROW = 38;
  private static final int LEFT = 2;
  private static final int RIGHT = 62; // room for the value
  private static final int BOTTOM = 38;

  private BarChart() {}

  /**
   * Draws the bars in order; the axis starts at zero, or below where a value does.
   *
   * @param unit label of the value axis
   */
  public static String of(String description, List<Bar> bars, String unit) {
    int height = bars.size() * ROW + BOTTOM;
    Axis axis = axis(bars);
    Svg svg = new Svg(Plot.WIDTH, height, description);
    for (double tick : axis.ticks()) {
      svg.line("rule", x(axis, tick), 4, x(axis, tick), height - BOTTOM);
      svg.text("tick", x(axis, tick), height - BOTTOM + 14, anchor(axis, tick), axis.label(tick));
    }
    for (int i = 0; i < bars.size(); i++) {
      row(svg, axis, bars.get(i), i * ROW);
    }
    svg.line("axis", x(axis, 0), 4, x(axis, 0), height - BOTTOM);
    svg.text("name", (LEFT + Plot.WIDTH - RIGHT) / 2.0, height - 6, "middle", unit);
    return svg.finish();
  }

  private static void row(Svg svg, Axis axis, Bar bar, double top) {
    svg.text("series", LEFT + 4, top + 15, "start", bar.label());
    double middle = top + 26;
    if (Double.isNaN(bar.value())) {
      svg.text("tick", LEFT + 4, middle + 4, "start", bar.text());
      return;
    }
    double zero = x(axis, 0);
    double end = x(axis, bar.value());
    String tip = bar.label() + ": " + bar.text();
    svg.rectangle(
        "fill " + bar.colour(), Math.min(zero, end), middle - 6, Math.abs(end - zero), 12, tip);
    double right = Math.max(end, zero);
    if (bar.hasInterval()) {
      double low = x(axis, bar.low());
      double high = x(axis, bar.high());
      svg.line("error", low, middle, high, middle);
      svg.line("error", low, middle - 4, low, middle + 4);
      svg.line("error", high, middle - 4, high, middle + 4);
      right = Math.max(right, high);
    }
    svg.text("value", right + 6, middle + 4, "start", bar.text());
  }

  private static Axis axis(List<Bar> bars) {
    double low = 0;
    double high = 0;
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

  private static String anchor(Axis axis, double tick) {
    return tick == axis.low() ? "start" : "middle";
  }

  private static double x(Axis axis, double value) {
    return LEFT + axis.position(value) * (Plot.WIDTH - RIGHT - LEFT);
  }
}
