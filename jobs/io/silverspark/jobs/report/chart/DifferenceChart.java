package io.silverspark.jobs.report.chart;

import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/** Points with intervals about a zero line: whether an interval leaves out zero is seen at once. */
public final class DifferenceChart {
  private static final int MARGIN = 16;

  private DifferenceChart() {}

  /** Draws one row per difference, zero always in view. */
  public static String of(String description, List<Bar> differences, String unit) {
    int bottom = differences.size() * BarChart.ROW;
    DoubleSummaryStatistics range = Bar.range(differences);
    double low = Math.min(0, range.getMin());
    double high = Math.max(0, range.getMax());
    Axis axis = Axis.around(low, high > low ? high : 0.1, 4);
    DoubleUnaryOperator x = value -> MARGIN + axis.position(value) * (Plot.WIDTH - 2 * MARGIN);
    Svg svg = new Svg(Plot.WIDTH, bottom + BarChart.BOTTOM, description);
    for (double tick : axis.ticks()) {
      svg.text("tick", x.applyAsDouble(tick), bottom + 14, "middle", axis.label(tick));
    }
    for (int i = 0; i < differences.size(); i++) {
      row(svg, axis, x, differences.get(i), i * BarChart.ROW);
    }
    svg.text("name", Plot.WIDTH / 2.0, bottom + BarChart.BOTTOM - 6, "middle", unit);
    return svg.finish();
  }

  private static void row(Svg svg, Axis axis, DoubleUnaryOperator x, Bar bar, double top) {
    svg.text("series", 2, top + 15, "start", bar.label());
    svg.text("value", Plot.WIDTH - 2, top + 15, "end", bar.text());
    double middle = top + 27;
    for (double tick : axis.ticks()) { // only beside the marks, so that no line crosses a text
      String style = axis.label(tick).equals("0") ? "zero" : "rule";
      double at = x.applyAsDouble(tick);
      svg.path(style, at, middle - 7, at, middle + 7);
    }
    if (bar.hasInterval()) {
      double low = x.applyAsDouble(bar.low());
      svg.path("interval " + bar.colour(), low, middle, x.applyAsDouble(bar.high()), middle);
    }
    if (Double.isFinite(bar.value())) {
      svg.circle("fill " + bar.colour(), x.applyAsDouble(bar.value()), middle, 4.5, bar.tip());
    }
  }
}
