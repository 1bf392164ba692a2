package io.silverspark.jobs.report.chart;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** A curve over training steps. */
public final class CurveChart {
  private static final int HEIGHT = 220;
  private static final int MOST_POINTS = 400; // about one per pixel
  private static final double LOGARITHMIC_FROM = 30; // ratio of largest to smallest
  private static final Comparator<CurvePoint> BY_VALUE = Comparator.comparingDouble(CurvePoint::y);

  private CurveChart() {}

  /**
   * The values as they are, thin, under their smoothed course; logarithmic where they span more
   * than a decade and a half.
   *
   * @param colour CSS class of the series
   */
  public static String smoothed(
      String description, List<CurvePoint> points, String colour, String yLabel) {
    List<CurvePoint> drawn = drawable(points);
    Plot plot = plot(description, drawn, axis(drawn), yLabel);
    plot.curve("raw " + colour, thinned(drawn));
    plot.curve("curve " + colour, thinned(smooth(drawn)));
    return plot.finish();
  }

  /** The values as they are, without marks. */
  public static String plain(
      String description, List<CurvePoint> points, String colour, String yLabel) {
    List<CurvePoint> drawn = drawable(points);
    Plot plot = plot(description, drawn, axis(drawn), yLabel);
    plot.curve("curve " + colour, thinned(drawn));
    return plot.finish();
  }

  /** Few values, each marked; the best (largest) one is named. */
  public static String marked(
      String description, List<CurvePoint> points, String colour, String yLabel) {
    List<CurvePoint> drawn = drawable(points);
    double low = least(drawn);
    double high = most(drawn);
    Axis roomAbove = Axis.around(low, high + 0.15 * (high - low), 4);
    Plot plot = plot(description, drawn, roomAbove, yLabel);
    plot.curve("curve " + colour, drawn);
    for (CurvePoint point : drawn) {
      String tip = String.format(Locale.ROOT, "step %.0f: %.4f", point.x(), point.y());
      plot.disc("fill " + colour, point, 2.6, tip);
    }
    if (!drawn.isEmpty()) {
      CurvePoint best = Collections.max(drawn, BY_VALUE);
      plot.disc("ring " + colour, best, 5.5, "");
      boolean atTheEnd = plot.x(best.x()) > Plot.WIDTH - 50;
      plot.svg()
          .text(
              "value halo",
              atTheEnd ? Plot.WIDTH - 8 : plot.x(best.x()),
              plot.y(best.y()) - 11,
              atTheEnd ? "end" : "middle",
              String.format(Locale.ROOT, "best %.3f", best.y()));
    }
    return plot.finish();
  }

  private static List<CurvePoint> drawable(List<CurvePoint> points) {
    return points.stream().filter(CurvePoint::drawable).toList();
  }

  private static Plot plot(String description, List<CurvePoint> points, Axis y, String yLabel) {
    double last = points.stream().mapToDouble(CurvePoint::x).max().orElse(1);
    return new Plot(description, HEIGHT, Axis.exactly(0, last, 4), "training step", y, yLabel);
  }

  private static Axis axis(List<CurvePoint> points) {
    double low = least(points);
    double high = most(points);
    if (low > 0 && high / low > LOGARITHMIC_FROM) {
      return Axis.logarithmic(low, high);
    }
    return Axis.around(low >= 0 && low < 0.5 * high ? 0 : low, high, 4);
  }

  private static double least(List<CurvePoint> points) {
    return points.stream().mapToDouble(CurvePoint::y).min().orElse(0);
  }

  private static double most(List<CurvePoint> points) {
    return points.stream().mapToDouble(CurvePoint::y).max().orElse(1);
  }

  /**
   * Exponential moving average over about a twentieth of the run, corrected for its start as in
   * Adam (Kingma and Ba 2015), so that the first points are not pulled down.
   */
  private static List<CurvePoint> smooth(List<CurvePoint> points) {
    double keep = Math.max(0, 1 - 20.0 / Math.max(20, points.size()));
    List<CurvePoint> smooth = new ArrayList<>(points.size());
    double mean = 0;
    double weight = 0;
    for (CurvePoint point : points) {
      mean = keep * mean + (1 - keep) * point.y();
      weight = keep * weight + (1 - keep);
      smooth.add(new CurvePoint(point.x(), mean / weight));
    }
    return smooth;
  }

  /** At most two points per pixel column: the lowest and the highest, so that spikes stay. */
  private static List<CurvePoint> thinned(List<CurvePoint> points) {
    if (points.size() <= MOST_POINTS) {
      return points;
    }
    List<CurvePoint> kept = new ArrayList<>(MOST_POINTS);
    int groups = MOST_POINTS / 2;
    for (long group = 0; group < groups; group++) {
      int from = (int) (points.size() * group / groups);
      int to = (int) (points.size() * (group + 1) / groups);
      CurvePoint low = Collections.min(points.subList(from, to), BY_VALUE);
      CurvePoint high = Collections.max(points.subList(from, to), BY_VALUE);
      kept.add(low.x() <= high.x() ? low : high);
      kept.add(low.x() <= high.x() ? high : low);
    }
    return kept;
  }
}
