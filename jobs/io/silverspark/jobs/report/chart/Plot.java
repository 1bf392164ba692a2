package io.silverspark.jobs.report.chart;

/** The frame that plots share: axes with units, light horizontal grid, room for the labels. */
public final class Plot {
  /** Width in user units; heights differ by plot. */
  public static final int WIDTH = 360;

  static final double LETTER = 6.3; // mean width of a digit at the 11 units of tick labels
  private static final int TOP = 10;
  private static final int RIGHT = 12;
  private static final int BOTTOM = 40;

  private final Svg svg;
  private final Axis x;
  private final Axis y;
  private final double left;
  private final int height;

  Plot(String description, int height, Axis x, String xLabel, Axis y, String yLabel) {
    this.svg = new Svg(WIDTH, height, description);
    this.x = x;
    this.y = y;
    this.height = height;
    int longest = y.ticks().stream().mapToInt(tick -> y.label(tick).length()).max().orElse(1);
    this.left = 24 + longest * LETTER;
    for (double tick : y.ticks()) {
      svg.line("rule", left, y(tick), WIDTH - RIGHT, y(tick));
      svg.text("tick", left - 6, y(tick) + 3.8, "end", y.label(tick));
    }
    for (double tick : x.ticks()) {
      svg.line("axis", x(tick), bottom(), x(tick), bottom() + 4);
      svg.text("tick", x(tick), bottom() + 16, "middle", x.label(tick));
    }
    svg.line("axis", left, bottom(), WIDTH - RIGHT, bottom());
    svg.text("name", (left + WIDTH - RIGHT) / 2, height - 6, "middle", xLabel);
    svg.upwards("name", 11, (TOP + bottom()) / 2, yLabel);
  }

  Svg svg() {
    return svg;
  }

  double x(double value) {
    return left + x.position(value) * (WIDTH - RIGHT - left);
  }

  double y(double value) {
    return bottom() - y.position(value) * (bottom() - TOP);
  }

  double bottom() {
    return height - BOTTOM;
  }

  String finish() {
    return svg.finish();
  }
}
