package io.silverspark.jobs.report.chart;

import java.util.Comparator;
import java.util.List;

/** Labelled points with intervals: quality upwards, speed or size to the right, from zero. */
public final class TradeoffChart {
  /**
   * One of several alternatives.
   *
   * @param label shown beside the point
   * @param colour CSS class of the series, such as {@code c0}
   * @param x cost or speed, at least 0
   * @param y quality
   * @param low lower end of the interval of y, NaN for none
   * @param high upper end
   */
  public record Point(String label, String colour, double x, double y, double low, double high) {
    boolean hasInterval() {
      return Double.isFinite(low) && Double.isFinite(high);
    }
  }

  private static final int HEIGHT = 240;
  private static final double RADIUS = 4.5;
  private static final double LABEL_HEIGHT = 13;

  private TradeoffChart() {}

  /**
   * Draws the points; a label is left of its point in the right half, else right of it, and lower
   * where another label would cover it.
   */
  public static String of(String description, List<Point> points, String xLabel, String yLabel) {
    double right = points.stream().mapToDouble(Point::x).max().orElse(1);
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (Point point : points) {
      low = Math.min(low, point.hasInterval() ? point.low() : point.y());
      high = Math.max(high, point.hasInterval() ? point.high() : point.y());
    }
    Axis x = Axis.around(0, right > 0 ? right : 1, 4);
    Plot plot = new Plot(description, HEIGHT, x, xLabel, Axis.around(low, high, 4), yLabel);
    for (Point point : points) {
      if (point.hasInterval()) {
        double middle = plot.x(point.x());
        plot.svg()
            .line(
                "interval " + point.colour(),
                middle,
                plot.y(point.low()),
                middle,
                plot.y(point.high()));
      }
    }
    double label = Double.NEGATIVE_INFINITY;
    for (Point point :
        points.stream().sorted(Comparator.comparingDouble(Point::y).reversed()).toList()) {
      label = Math.max(plot.y(point.y()), label + LABEL_HEIGHT);
      point(plot, point, x.position(point.x()) > 0.5, label);
    }
    return plot.finish();
  }

  private static void point(Plot plot, Point point, boolean labelLeft, double labelY) {
    double x = plot.x(point.x());
    double y = plot.y(point.y());
    plot.svg().circle("fill " + point.colour(), x, y, RADIUS, point.label());
    plot.svg()
        .text(
            "series halo",
            labelLeft ? x - RADIUS - 4 : x + RADIUS + 4,
            labelY + 4,
            labelLeft ? "end" : "start",
            point.label());
  }
}
