package io.silverspark.jobs.report.chart;

import java.util.List;
import java.util.stream.DoubleStream;

/** The frame that plots share: axes with units, light horizontal grid, room for the labels. */
public final class Plot {
  /** Width in user units; heights differ by plot. */
  public static final int WIDTH = 360;

  private static final double LETTER = 6.3; // mean width of a digit at the 11 units of tick labels
  private static final int TOP = 10;
  private static final int RIGHT = WIDTH - 12;

  private final Svg svg;
  private final Axis x;
  private final Axis y;
  private final double left;
  private final double bottom;

  Plot(String description, int height, Axis x, String xLabel, Axis y, String yLabel) {
    this.svg = new Svg(WIDTH, height, description);
    this.x = x;
    this.y = y;
    this.bottom = height - 40;
    int longest = y.ticks().stream().mapToInt(tick -> y.label(tick).length()).max().orElse(1);
    this.left = 24 + longest * LETTER;
    for (double tick : y.ticks()) {
      svg.path("rule", left, y(tick), RIGHT, y(tick));
      svg.text("tick", left - 6, y(tick) + 3.8, "end", y.label(tick));
    }
    for (double tick : x.ticks()) {
      svg.path("axis", x(tick), bottom, x(tick), bottom + 4);
      svg.text("tick", x(tick), bottom + 16, "middle", x.label(tick));
    }
    svg.path("axis", left, bottom, RIGHT, bottom);
    svg.text("name", (left + RIGHT) / 2, height - 6, "middle", xLabel);
    svg.upwards("name", 11, (TOP + bottom) / 2, yLabel);
  }

  Svg svg() {
    return svg;
  }

  double x(double value) {
    return left + x.position(value) * (RIGHT - left);
  }

  double y(double value) {
    return bottom - y.position(value) * (bottom - TOP);
  }

  double bottom() {
    return bottom;
  }

  /** A line through points in data units. */
  void curve(String style, List<CurvePoint> points) {
    svg.path(
        style,
        points.stream()
            .flatMapToDouble(point -> DoubleStream.of(x(point.x()), y(point.y())))
            .toArray());
  }

  /** A disc about a point in data units, of a radius in user units. */
  void disc(String style, CurvePoint centre, double radius, String tip) {
    svg.circle(style, x(centre.x()), y(centre.y()), radius, tip);
  }

  String finish() {
    return svg.finish();
  }
}
