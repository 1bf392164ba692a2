package io.silverspark.jobs.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Counts in bins of equal width from {@code low} to {@code high}; the last bin includes {@code
 * high}.
 *
 * <p>At least one bin, {@code low} below {@code high}.
 */
public record Histogram(double low, double high, List<Long> counts) {

  public Histogram {
    counts = List.copyOf(counts);
    if (counts.isEmpty() || !(low < high)) {
      throw new IllegalArgumentException(
          "needs bins and low < high, got " + counts.size() + " bins, " + low + " to " + high);
    }
  }

  /** Counts values; those outside the range go to the first or last bin, NaN is left out. */
  public static Histogram of(double[] values, double low, double high, int bins) {
    long[] counts = new long[bins];
    for (double value : values) {
      if (!Double.isNaN(value)) {
        int bin = (int) Math.floor((value - low) / (high - low) * bins);
        counts[Math.max(0, Math.min(bins - 1, bin))]++;
      }
    }
    List<Long> list = new ArrayList<>(bins);
    for (long count : counts) {
      list.add(count);
    }
    return new Histogram(low, high, list);
  }

  /** The counts of two histograms of the same bins. */
  public Histogram plus(Histogram other) {
    if (other.low != low || other.high != high || other.counts.size() != counts.size()) {
      throw new IllegalArgumentException("two histograms have different bins");
    }
    return new Histogram(
        low,
        high,
        IntStream.range(0, counts.size())
            .mapToObj(bin -> counts.get(bin) + other.counts.get(bin))
            .toList());
  }

  public long total() {
    return counts.stream().mapToLong(Long::longValue).sum();
  }

  /** Each bin as a share of all, 0 to 1. */
  public List<Double> shares() {
    double total = Math.max(1, total());
    return counts.stream().map(count -> count / total).toList();
  }
}
