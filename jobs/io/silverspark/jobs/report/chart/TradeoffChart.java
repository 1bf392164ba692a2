package io.silverspark.jobs.report.chart;

import java.util.Comparator;
import java.util.List;

/** Labelled points with intervals: quality upwards, speed or size to the right, from zero. */
public final class TradeoffChart {
  /**
   * One of several alternatives.
   *
   * @param x cost or speed, at least 0
   * @param quality drawn upwards, with its interval
   */
  public record Point(double x, Bar quality) {}

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
    var range = Bar.range(points.stream().map(Point::quality).toList());
    Axis x = Axis.around(0, right > 0 ? right : 1, 4);
    Axis y = Axis.around(range.getMin(), range.getMax(), 4);
    Plot plot = new Plot(description, HEIGHT, x, xLabel, y, yLabel);
    for (Point point : points) {
      Bar bar = point.quality();
      if (bar.hasInterval()) {
        plot.curve(
            "interval " + bar.colour(),
            List.of(new CurvePoint(point.x(), bar.low()), new CurvePoint(point.x(), bar.high())));
      }
    }
    double label = Double.NEGATIVE_INFINITY;
    Comparator<Point> byQuality = Comparator.comparingDouble(point -> point.quality().value());
    for (Point point : points.stream().sorted(byQuality.reversed()).toList()) {
      Bar bar = point.quality();
      plot.disc(
          "fill " + bar.colour(), new CurvePoint(point.x(), bar.value()), RADIUS, bar.label());
      label = Math.max(plot.y(bar.value()), label + LABEL_HEIGHT);
      boolean left = x.position(point.x()) > 0.5;
      double at = plot.x(point.x()) + (left ? -RADIUS - 4 : RADIUS + 4);
      plot.svg().text("series halo", at, label + 4, left ? "end" : "start", bar.label());
    }
    return plot.finish();
  }
}
