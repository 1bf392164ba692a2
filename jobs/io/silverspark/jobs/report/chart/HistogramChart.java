package io.silverspark.jobs.report.chart;

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
    Plot plot =
        new Plot(
            description, HEIGHT, Axis.exactly(low, high, 5), xLabel, shares, "share of pairs, %");
    double width = (high - low) / Math.max(1, bars.size());
    for (int i = 0; i < bars.size(); i++) {
      double left = plot.x(low + i * width);
      double top = plot.y(100 * bars.get(i));
      String tip =
          String.format(
              Locale.ROOT,
              "%.2f to %.2f: %.1f %%",
              low + i * width,
              low + (i + 1) * width,
              100 * bars.get(i));
      plot.svg()
          .rectangle(
              "fill " + barColour,
              left + 0.5,
              top,
              plot.x(low + (i + 1) * width) - left - 1,
              plot.bottom() - top,
              tip);
    }
    if (!outline.isEmpty()) {
      plot.svg().path("curve " + outlineColour, steps(plot, low, high, outline));
    }
    return plot.finish();
  }

  private static double largest(List<Double> shares) {
    return shares.stream().mapToDouble(Double::doubleValue).max().orElse(0);
  }

  private static StringBuilder steps(Plot plot, double low, double high, List<Double> shares) {
    double width = (high - low) / shares.size();
    StringBuilder data = new StringBuilder("M" + Svg.pair(plot.x(low), plot.bottom()));
    for (int i = 0; i < shares.size(); i++) {
      double y = plot.y(100 * shares.get(i));
      data.append('L').append(Svg.pair(plot.x(low + i * width), y));
      data.append('L').append(Svg.pair(plot.x(low + (i + 1) * width), y));
    }
    return data.append('L').append(Svg.pair(plot.x(high), plot.bottom()));
  }
}
