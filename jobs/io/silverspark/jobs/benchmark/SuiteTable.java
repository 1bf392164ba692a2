package io.silverspark.jobs.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The numbers of a suite for people. */
final class SuiteTable {
  private static final int MEGA = 1 << 20;

  private final JsonNode numbers;
  private final List<String> lines = new ArrayList<>();

  private SuiteTable(JsonNode numbers) {
    this.numbers = numbers;
  }

  /** The table as lines of text. */
  static String of(JsonNode result) {
    SuiteTable table = new SuiteTable(result.path("numbers"));
    table.line(
        "%s on %s, PyTorch %s, DJL %s",
        result.path("model").asText(),
        result.path("device").asText(),
        result.path("pytorch").asText(),
        result.path("djl").asText());
    table.parity();
    table.rates();
    table.spark();
    table.memory();
    table.line("");
    table.line("%.0f seconds", table.number("seconds"));
    return String.join("\n", table.lines);
  }

  private void parity() {
    line("");
    line(
        "%-24s %12s %12s %12s %12s %12s",
        "difference from CPU, fp32", "embeddings", "cosine", "logits", "loss", "gradient");
    for (String key : groups("parity.", ".embeddings.leastCosine")) {
      line(
          "%-25s %12.1e %12.6f %12.1e %12.1e %12.1e",
          key.substring("parity.".length()),
          number(key + ".embeddings.largestDifference"),
          number(key + ".embeddings.leastCosine"),
          number(key + ".logits.largestDifference"),
          number(key + ".steps.largestRelativeLossDifference"),
          number(key + ".steps.largestRelativeGradientNormDifference"));
    }
  }

  private void rates() {
    line("");
    line(
        "%-25s %12s %12s %12s %12s %12s",
        "texts or pairs a second", "first 1000", "first pass", "steady", "share", "shapes");
    for (String key : groups("", ".shareOfSteady")) {
      line(
          "%-25s %,12.0f %,12.0f %,12.0f %12.2f %12.0f",
          key,
          number(key + ".firstThousand"),
          number(key + ".firstPass"),
          number(key + ".steady"),
          number(key + ".shareOfSteady"),
          number(key + ".shapes"));
    }
  }

  private void spark() {
    for (String key : groups("spark.", ".steady")) {
      line(
          "%-25s %12s %,12.0f %,12.0f",
          key, "", number(key + ".firstPass"), number(key + ".steady"));
    }
  }

  private void memory() {
    line("");
    for (String where : List.of("host", "card")) {
      if (numbers.has("memory." + where + "Bytes")) {
        line(
            "memory of the %s: %,.0f MiB, grown by %,.0f MiB in the last four fifths of %,.0f steps",
            where,
            number("memory." + where + "Bytes") / MEGA,
            number("memory." + where + "GrowthBytes") / MEGA,
            number("memory.steps"));
      }
    }
  }

  /** Keys without their ending, each once. */
  private Set<String> groups(String start, String end) {
    Set<String> groups = new LinkedHashSet<>();
    numbers
        .fieldNames()
        .forEachRemaining(
            key -> {
              if (key.startsWith(start) && key.endsWith(end)) {
                groups.add(key.substring(0, key.length() - end.length()));
              }
            });
    return groups;
  }

  private double number(String key) {
    return numbers.path(key).asDouble(Double.NaN);
  }

  private void line(String format, Object... values) {
    lines.add(String.format(Locale.ROOT, format, values));
  }
}
