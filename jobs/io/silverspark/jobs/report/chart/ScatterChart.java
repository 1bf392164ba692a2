package io.silverspark.jobs.report.chart;

import java.util.List;

/** Gold score against cosine. */
public final class ScatterChart {
  private static final int HEIGHT = 260;
  private static final int MOST_POINTS = 2_000;

  private ScatterChart() {}

  /**
   * Draws every point, or an even choice of 2,000 of them.
   *
   * @param high end of the gold scale, so that plots side by side share it
   * @param low least cosine of the cosine axis, at most 0
   */
  public static String of(
      String description, List<CurvePoint> points, String colour, double high, double low) {
    Axis gold = Axis.exactly(0, high, 5);
    Axis cosine = Axis.around(low, 1, 5);
    Plot plot = new Plot(description, HEIGHT, gold, "gold score", cosine, "cosine");
    plot.svg().group("cloud fill " + colour);
    double every = Math.max(1, points.size() / (double) MOST_POINTS);
    for (double i = 0; i < points.size(); i += every) {
      CurvePoint point = points.get((int) i);
      if (point.drawable()) {
        plot.svg().circle("", plot.x(point.x()), plot.y(point.y()), 2.2, "");
      }
    }
    plot.svg().endGroup();
    return plot.finish();
  }
}
