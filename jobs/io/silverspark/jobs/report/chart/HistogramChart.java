package io.silverspark.jobs.report.chart;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Shares of values per bin as bars, a second distribution as a stepped outline over them. */
public final class HistogramChart {
  private static final int HEIGHT = 220;

  private HistogramChart() {}

  /**
   * Draws the distributions.
   *
   * @param bars share of each bin, 0 to 1
   * @param outline the same for the other distribution, empty for none; may have other bins
   */
  public static String of(
      String description,
      double low,
      double high,
      List<Double> bars,
      String barColour,
      List<Double> outline,
      String outlineColour,
      String xLabel) {
    double most = 100 * Math.max(largest(bars), largest(outline));
    Axis shares = Axis.around(0, most > 0 ? most : 1, 4);
    Axis values = Axis.exactly(low, high, 5);
    Plot plot = new Plot(description, HEIGHT, values, xLabel, shares, "share of pairs, %");
    double width = (high - low) / Math.max(1, bars.size());
    for (int i = 0; i < bars.size(); i++) {
      double from = low + i * width;
      double to = low + (i + 1) * width;
      double left = plot.x(from);
      double top = plot.y(100 * bars.get(i));
      plot.svg()
          .rectangle(
              "fill " + barColour,
              left + 0.5,
              top,
              plot.x(to) - left - 1,
              plot.bottom() - top,
              String.format(Locale.ROOT, "%.2f to %.2f: %.1f %%", from, to, 100 * bars.get(i)));
    }
    if (!outline.isEmpty()) {
      plot.curve("curve " + outlineColour, steps(low, high, outline));
    }
    return plot.finish();
  }

  private static double largest(List<Double> shares) {
    return shares.stream().mapToDouble(Double::doubleValue).max().orElse(0);
  }

  private static List<CurvePoint> steps(double low, double high, List<Double> shares) {
    double width = (high - low) / shares.size();
    List<CurvePoint> corners = new ArrayList<>(List.of(new CurvePoint(low, 0)));
    for (int i = 0; i < shares.size(); i++) {
      corners.add(new CurvePoint(low + i * width, 100 * shares.get(i)));
      corners.add(new CurvePoint(low + (i + 1) * width, 100 * shares.get(i)));
    }
    corners.add(new CurvePoint(high, 0));
    return corners;
  }
}
