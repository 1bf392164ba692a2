package io.silverspark.model.files;

import com.fasterxml.jackson.databind.JsonNode;
import io.silverspark.model.error.UserException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** The checked header of a safetensors file; entries in the order of their bytes. */
record SafetensorsHeader(long dataStart, List<Entry> entries) {
  /** The limit of the reference reader. */
  static final long MAX_BYTES = 100_000_000;

  record Entry(String name, TensorType type, long[] shape, long begin, long end) {}

  /**
   * Parses and checks a header.
   *
   * @param dataBytes how many bytes follow the header
   */
  static SafetensorsHeader parse(byte[] json, Path file, long dataStart, long dataBytes) {
    JsonObject header = JsonObject.parse(json, file + ": the header");
    List<Entry> entries = new ArrayList<>();
    for (Map.Entry<String, JsonNode> field : header.node().properties()) {
      if (!field.getKey().equals(Safetensors.METADATA)) {
        entries.add(entry(field.getKey(), field.getValue(), file));
      }
    }
    entries.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    requireExactCover(entries, file, dataBytes);
    return new SafetensorsHeader(dataStart, List.copyOf(entries));
  }

  private static Entry entry(String name, JsonNode fields, Path file) {
    TensorType type =
        TensorType.named(fields.path("dtype").asText())
            .orElseThrow(
                () ->
                    wrong(
                        file,
                        name,
                        "dtype is " + fields.path("dtype"),
                        "one of " + Arrays.toString(TensorType.values())));
    long[] shape = wholeNumbers(fields.path("shape"), file, name, "shape");
    long[] offsets = wholeNumbers(fields.path("data_offsets"), file, name, "data_offsets");
    if (offsets.length != 2 || offsets[0] > offsets[1]) {
      throw wrong(
          file, name, "data_offsets is " + Arrays.toString(offsets), "[begin, end], ascending");
    }
    long found = offsets[1] - offsets[0];
    long expected = expectedBytes(type, shape, file, name);
    if (found != expected) {
      throw wrong(
          file,
          name,
          "its data_offsets span %d bytes".formatted(found),
          "%d for %s%s".formatted(expected, type, Arrays.toString(shape)));
    }
    if (found > Integer.MAX_VALUE - 8) {
      throw wrong(file, name, "it has " + found + " bytes", "less than 2 GiB");
    }
    return new Entry(name, type, shape, offsets[0], offsets[1]);
  }

  private static long expectedBytes(TensorType type, long[] shape, Path file, String name) {
    try {
      return TensorData.byteCount(type, shape);
    } catch (ArithmeticException e) {
      throw wrong(file, name, "shape is " + Arrays.toString(shape), "less than 2^63 bytes");
    }
  }

  private static long[] wholeNumbers(JsonNode array, Path file, String name, String key) {
    long[] values = new long[array.size()];
    boolean valid = array.isArray();
    for (int i = 0; i < values.length && valid; i++) {
      JsonNode value = array.get(i);
      valid = value.isIntegralNumber() && value.canConvertToLong() && value.longValue() >= 0;
      values[i] = value.asLong();
    }
    if (!valid) {
      throw wrong(file, name, key + " is " + array, "an array of whole numbers from 0");
    }
    return values;
  }

  private static void requireExactCover(List<Entry> entries, Path file, long dataBytes) {
    long covered = 0;
    for (Entry entry : entries) {
      if (entry.end() > dataBytes) {
        throw wrong(
            file,
            entry.name(),
            "its data ends at byte " + entry.end(),
            "at most %d, where the file ends (is it truncated?)".formatted(dataBytes));
      }
      if (entry.begin() != covered) {
        String what =
            entry.begin() < covered ? "overlaps the one before" : "leaves a gap before it";
        throw wrong(
            file,
            entry.name(),
            "its data begins at byte " + entry.begin() + " and " + what,
            "byte " + covered);
      }
      covered = entry.end();
    }
    if (covered != dataBytes) {
      throw new UserException(
          "%s has %d bytes of data, expected %d, which its header lists"
              .formatted(file, dataBytes, covered));
    }
  }

  private static UserException wrong(Path file, String tensor, String found, String allowed) {
    return new UserException(
        "%s: tensor '%s': %s, expected %s".formatted(file, tensor, found, allowed));
  }
}
