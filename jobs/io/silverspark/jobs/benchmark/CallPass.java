package io.silverspark.jobs.benchmark;

import io.silverspark.model.encoder.BatchShapes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * Measures a model that takes a list of texts or pairs a call, as a buffer of rows on Spark.
 *
 * @param perCall texts or pairs of a call; the first call of all has 1,000
 * @param repeats of the steady rate
 */
record CallPass(int perCall, Repeats repeats) {
  /** Fewest items that a pass can be measured with. */
  static final int LEAST = 1100;

  private static final int FIRST = 1000;

  /**
   * Measures.
   *
   * @param loadSeconds of the model, to be told with the rest
   * @param first one item that is not among the others
   * @param items unseen by the model and the process; two calls at least
   * @param work does a call and returns the number of its items
   */
  <T> PassRates measure(double loadSeconds, T first, List<T> items, ToIntFunction<List<T>> work) {
    double firstBatch = seconds(List.of(first), work);
    List<List<T>> calls = calls(items);
    List<Double> rates = new ArrayList<>();
    double rest = 0;
    int shapes;
    try (BatchShapes recorded = BatchShapes.record()) {
      for (List<T> call : calls) {
        double seconds = seconds(call, work);
        rest += rates.isEmpty() ? 0 : seconds;
        rates.add(call.size() / seconds);
      }
      shapes = recorded.count();
    }
    int[] next = {0};
    int again = calls.size() - 1; // those that the rest was measured with
    double[] steady =
        repeats.rates(() -> work.applyAsInt(calls.get(1 + Math.floorMod(next[0]++, again))));
    return new PassRates(
        new PassRates.WarmUp(loadSeconds, firstBatch),
        rates,
        (items.size() - calls.get(0).size()) / rest,
        steady,
        shapes);
  }

  private <T> List<List<T>> calls(List<T> items) {
    List<List<T>> calls = new ArrayList<>();
    int from = 0;
    while (from < items.size()) {
      int to = Math.min(items.size(), from + (from == 0 ? FIRST : perCall));
      calls.add(items.subList(from, to));
      from = to;
    }
    if (calls.size() < 2) {
      throw new IllegalArgumentException("needs more than " + FIRST + " items");
    }
    return calls;
  }

  private static <T> double seconds(List<T> call, ToIntFunction<List<T>> work) {
    long begin = System.nanoTime();
    int done = work.applyAsInt(call);
    if (done != call.size()) {
      throw new IllegalStateException(done + " of " + call.size() + " items were worked on");
    }
    return (System.nanoTime() - begin) / 1e9;
  }
}
