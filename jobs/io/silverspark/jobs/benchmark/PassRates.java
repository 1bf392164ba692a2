package io.silverspark.jobs.benchmark;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;

/**
 * How fast a kind of work went over what the process had not seen before, and how fast over the
 * same again. The share of the two says what a job loses that sees everything once.
 *
 * @param warmUpSeconds loading the model, and its very first batch: what the process and its
 *     libraries pay once
 * @param byCall units a second of each part of the first pass; the first part has 1,000 texts
 * @param rest units a second of the first pass after its first part
 * @param steady units a second over what was seen before, one number a measurement
 * @param shapes distinct shapes of batches of the first pass
 */
record PassRates(
    WarmUp warmUpSeconds, List<Double> byCall, double rest, double[] steady, int shapes) {

  /**
   * Seconds that are paid once.
   *
   * @param load reading the model and putting its weights on the device
   * @param firstBatch the first batch of all, with one text or pair
   */
  record WarmUp(double load, double firstBatch) {}

  /** Units a second over what was seen before: the median. */
  double steadyRate() {
    return Repeats.median(steady);
  }

  /** First pass after its first thousand, as a share of the steady rate. */
  double shareOfSteady() {
    return rest / steadyRate();
  }

  /**
   * Puts all numbers into a result.
   *
   * @param unit name of the rate, such as {@code sentencesPerSecond}: the steady one
   */
  void put(ObjectNode result, String unit) {
    result
        .putObject("warmUp")
        .put("loadSeconds", rounded(warmUpSeconds.load()))
        .put("firstBatchSeconds", rounded(warmUpSeconds.firstBatch()));
    ObjectNode first = result.putObject("firstPass").put(unit, rounded(rest));
    first.put(unit + "FirstThousandTexts", rounded(byCall.get(0)));
    byCall.stream().map(PassRates::rounded).forEach(first.withArray(unit + "ByPart")::add);
    first.put("distinctShapes", shapes);
    first.put("shareOfSteady", rounded(shareOfSteady()));
    putAll(result, unit, steady);
  }

  /** The median under the name, and all measurements beside it. */
  static void putAll(ObjectNode result, String unit, double[] rates) {
    result.put(unit, rounded(Repeats.median(rates)));
    Arrays.stream(rates).map(PassRates::rounded).forEach(result.withArray(unit + "All")::add);
  }

  static double rounded(double rate) {
    return Math.round(rate * 1000) / 1000.0;
  }
}
