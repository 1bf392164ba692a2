package io.silverspark.jobs.report.chart;

import java.util.List;

/** Points with intervals about a zero line: whether an interval leaves out zero is seen at once. */
public final class DifferenceChart {
  private static final int ROW = 38;
  private static final int LEFT = 16;
  private static final int RIGHT = 16;
  private static final int BOTTOM = 38;

  private DifferenceChart() {}

  /** Draws one row per difference, zero always in view. */
  public static String of(String description, List<Bar> differences, String unit) {
    int height = differences.size() * ROW + BOTTOM;
    double low = 0;
    double high = 0;
    for (Bar bar : differences) {
      for (double value : new double[] {bar.value(), bar.low(), bar.high()}) {
        low = Double.isFinite(value) ? Math.min(low, value) : low;
        high = Double.isFinite(value) ? Math.max(high, value) : high;
      }
    }
    Axis axis = Axis.around(low, high > low ? high : 0.1, 4);
    Svg svg = new Svg(Plot.WIDTH, height, description);
    for (double tick : axis.ticks()) {
      svg.text("tick", x(axis, tick), height - BOTTOM + 14, "middle", axis.label(tick));
    }
    for (int i = 0; i < differences.size(); i++) {
      row(svg, axis, differences.get(i), i * ROW);
    }
    svg.text("name", Plot.WIDTH / 2.0, height - 6, "middle", unit);
    return svg.finish();
  }

  private static void row(Svg svg, Axis axis, Bar bar, double top) {
    svg.text("series", 2, top + 15, "start", bar.label());
    svg.text("value", Plot.WIDTH - 2, top + 15, "end", bar.text());
    double middle = top + 27;
    for (double tick : axis.ticks()) { // only beside the marks, so that no line crosses a text
      String style = axis.label(tick).equals("0") ? "zero" : "rule";
      svg.line(style, x(axis, tick), middle - 7, x(axis, tick), middle + 7);
    }
    if (bar.hasInterval()) {
      svg.line("interval " + bar.colour(), x(axis, bar.low()), middle, x(axis, bar.high()), middle);
    }
    if (Double.isFinite(bar.value())) {
      svg.circle(
          "fill " + bar.colour(),
          x(axis, bar.value()),
          middle,
          4.5,
          bar.label() + ": " + bar.text());
    }
  }

  private static double x(Axis axis, double value) {
    return LEFT + axis.position(value) * (Plot.WIDTH - RIGHT - LEFT);
  }
}
