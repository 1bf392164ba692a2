package io.silverspark.model.mining;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** Reads the reference files of mining. */
public final class MiningJson {
  private MiningJson() {}

  public static float[][] matrix(JsonNode rows) {
    float[][] matrix = new float[rows.size()][];
    for (int row = 0; row < matrix.length; row++) {
      matrix[row] = new float[rows.get(row).size()];
      for (int column = 0; column < matrix[row].length; column++) {
        matrix[row][column] = rows.get(row).get(column).floatValue();
      }
    }
    return matrix;
  }

  static List<List<Long>> ids(JsonNode rows) {
    List<List<Long>> result = new ArrayList<>();
    for (JsonNode row : rows) {
      List<Long> ids = new ArrayList<>();
      row.forEach(id -> ids.add(id.longValue()));
      result.add(ids);
    }
    return result;
  }

  public static HardNegativePolicy policy(JsonNode arguments) {
    return new HardNegativePolicy(
        arguments.path("num_negatives").asInt(3),
        arguments.path("range_min").asInt(0),
        arguments.has("range_max")
            ? OptionalInt.of(arguments.get("range_max").intValue())
            : OptionalInt.empty(),
        optional(arguments, "max_score"),
        optional(arguments, "min_score"),
        optional(arguments, "absolute_margin"),
        optional(arguments, "relative_margin"),
        HardNegativePolicy.Sampling.TOP,
        42,
        arguments.path("include_positives").asBoolean());
  }

  private static OptionalDouble optional(JsonNode arguments, String name) {
    return arguments.has(name)
        ? OptionalDouble.of(arguments.get(name).doubleValue())
        : OptionalDouble.empty();
  }
}
