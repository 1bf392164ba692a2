package io.silverspark.jobs.benchmark;

import java.util.Arrays;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/**
 * How often and how long work is measured.
 *
 * @param count measurements, at least 1
 * @param seconds least duration of one; the work is done again until it is over
 */
record Repeats(int count, double seconds) {
  /**
   * Measures work that was done before.
   *
   * @param work does some of it and returns the units it did
   * @return units per second, one number a measurement
   */
  double[] rates(LongSupplier work) {
    return IntStream.range(0, count).mapToDouble(i -> rate(work)).toArray();
  }

  private double rate(LongSupplier work) {
    long begin = System.nanoTime();
    long units = 0;
    double elapsed = 0;
    do {
      units += work.getAsLong();
      elapsed = (System.nanoTime() - begin) / 1e9;
    } while (elapsed < seconds);
    return units / elapsed;
  }

  /** The middle one, or the mean of the two in the middle. */
  static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }
}
