package io.silverspark.jobs.benchmark;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;

/** The numbers of a suite by key, such as {@code encode.bf16.steady}, in the order measured. */
final class SuiteNumbers {
  private static final int DIGITS = 6;

  private final Map<String, Double> numbers = new LinkedHashMap<>();

  void put(String key, double number) {
    numbers.put(key, number);
  }

  void putAll(Map<String, Double> more) {
    numbers.putAll(more);
  }

  /**
   * Puts the rates of a pass under a key.
   *
   * @param units texts or pairs of what the rates count
   */
  void put(String key, PassRates rates, int units) {
    put(key + ".loadSeconds", rates.warmUpSeconds().load());
    put(key + ".firstBatchSeconds", rates.warmUpSeconds().firstBatch());
    put(key + ".firstThousand", rates.byCall().get(0) * units);
    put(key + ".firstPass", rates.rest() * units);
    put(key + ".steady", rates.steadyRate() * units);
    put(key + ".shareOfSteady", rates.shareOfSteady());
    put(key + ".shapes", rates.shapes());
  }

  ObjectNode json() {
    ObjectNode node = new ObjectMapper().createObjectNode();
    numbers.forEach((key, number) -> node.put(key, rounded(number)));
    return node;
  }

  /** Six digits: what is more is noise. */
  private static double rounded(double number) {
    return Double.isFinite(number) && number != 0
        ? new java.math.BigDecimal(number).round(new java.math.MathContext(DIGITS)).doubleValue()
        : number;
  }
}
