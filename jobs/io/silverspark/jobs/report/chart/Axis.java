package io.silverspark.jobs.report.chart;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A range of values with round tick marks.
 *
 * @param ticks from low to high
 * @param logarithmic base 10; low above 0
 */
record Axis(double low, double high, List<Double> ticks, boolean logarithmic) {

  Axis {
    ticks = List.copyOf(ticks);
  }

  /** A linear axis widened to round ends, with about {@code target} ticks. */
  static Axis around(double low, double high, int target) {
    if (!(Double.isFinite(low) && Double.isFinite(high))) {
      return around(0, 1, target);
    }
    if (high - low < 1e-12) {
      double half = Math.max(Math.abs(low) * 0.5, 1e-6);
      return around(low - half, low + half, target);
    }
    double step = roundStep((high - low) / target);
    double first = Math.floor(low / step + 1e-9);
    double last = Math.ceil(high / step - 1e-9);
    List<Double> ticks = new ArrayList<>();
    for (double i = first; i <= last; i++) {
      ticks.add(i * step);
    }
    return new Axis(first * step, last * step, ticks, false);
  }

  /** A linear axis that ends exactly at the given values; ticks only inside. */
  static Axis exactly(double low, double high, int target) {
    Axis wide = around(low, high, target);
    List<Double> inside =
        wide.ticks.stream().filter(tick -> tick >= low - 1e-9 && tick <= high + 1e-9).toList();
    return new Axis(low, high > low ? high : low + 1, inside, false);
  }

  /** A base 10 axis with ticks at 1, 2 and 5 of each decade that the range touches. */
  static Axis logarithmic(double low, double high) {
    List<Double> ticks = new ArrayList<>();
    boolean many = Math.log10(high / low) > 2.5;
    for (int power = (int) Math.floor(Math.log10(low)); power <= Math.log10(high); power++) {
      for (int factor : many ? new int[] {1} : new int[] {1, 2, 5}) {
        double tick = factor * Math.pow(10, power);
        if (tick >= low && tick <= high) {
          ticks.add(tick);
        }
      }
    }
    return new Axis(low, high, ticks, true);
  }

  /** Where a value lies: 0 at low, 1 at high; values outside go to the nearer end. */
  double position(double value) {
    double share =
        logarithmic ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
    return Double.isNaN(share) ? 0 : Math.max(0, Math.min(1, share));
  }

  /** Tick text with just the decimals that tell neighbours apart. */
  String label(double tick) {
    double size = Math.max(Math.abs(low), Math.abs(high));
    if (tick == 0 || Math.abs(tick) < size * 1e-9) {
      return "0";
    }
    if (size < 1e-3) {
      return scientific(tick);
    }
    if (size >= 10_000) {
      return size >= 1e6 ? plain(tick / 1e6) + "M" : plain(tick / 1e3) + "k";
    }
    int decimals = logarithmic ? -(int) Math.floor(Math.log10(tick)) : decimalsOfStep();
    return String.format(Locale.ROOT, "%." + Math.max(0, decimals) + "f", tick)
        .replace('-', '\u2212');
  }

  private int decimalsOfStep() {
    double step = ticks.size() > 1 ? ticks.get(1) - ticks.get(0) : high - low;
    return (int) Math.ceil(-Math.log10(step) - 1e-9);
  }

  private static String scientific(double value) {
    int power = (int) Math.floor(Math.log10(Math.abs(value)) + 1e-9);
    return plain(value / Math.pow(10, power)) + "e" + power;
  }

  private static String plain(double value) {
    String text = String.format(Locale.ROOT, "%.1f", value);
    return (text.endsWith(".0") ? text.substring(0, text.length() - 2) : text)
        .replace('-', '\u2212');
  }

  private static double roundStep(double rough) {
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    double lead = rough / power;
    return power * (lead < 1.5 ? 1 : lead < 3.5 ? 2 : lead < 7.5 ? 5 : 10);
  }
}
