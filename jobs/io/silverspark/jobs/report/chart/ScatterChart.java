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
    Plot plot = new Plot(description, HEIGHT, gold, "gold score", Axis.around(low, 1, 5), "cosine");
    double every = Math.max(1, points.size() / (double) MOST_POINTS);
    plot.svg()
        .group(
            "cloud fill " + colour,
            () -> {
              for (double i = 0; i < points.size(); i += every) {
                CurvePoint point = points.get((int) i);
                if (point.drawable()) {
                  plot.disc("", point, 2.2, "");
                }
              }
            });
    return plot.finish();
  }
}
