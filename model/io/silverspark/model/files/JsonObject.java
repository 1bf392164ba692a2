package io.silverspark.model.files;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.silverspark.model.error.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A JSON object of a model directory with the place it came from, so that a wrong value is refused
 * with its file and key. A key with the value null counts as absent, as in Python.
 */
record JsonObject(ObjectNode node, String where) {
  /** Duplicate keys and text after the value are errors; NaN is read, since Python writes it. */
  static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .build();

  static JsonObject read(Path file) {
    return parse(bytes(file), file.toString());
  }

  /** The object in a file that may be missing; an empty object stands for a missing file. */
  static JsonObject readIfPresent(Path file) {
    return Files.exists(file)
        ? read(file)
        : new JsonObject(MAPPER.createObjectNode(), file.toString());
  }

  static JsonObject parse(byte[] json, String where) {
    return new JsonObject(as(ObjectNode.class, json, where, "object"), where);
  }

  /** Parses a value that has to be of the given kind. */
  static <T extends JsonNode> T as(Class<T> kind, byte[] json, String where, String expected) {
    JsonNode value;
    try {
      value = MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw new UserException(
          "%s is not valid JSON: %s (line %d)"
              .formatted(where, e.getOriginalMessage(), e.getLocation().getLineNr()),
          e);
    } catch (IOException e) {
      throw new UserException(where + " cannot be read: " + e, e);
    }
    if (!kind.isInstance(value)) {
      throw new UserException(
          "%s holds a JSON %s, expected an %s"
              .formatted(
                  where, value.getNodeType().name().toLowerCase(java.util.Locale.ROOT), expected));
    }
    return kind.cast(value);
  }

  static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      String why = Files.exists(file) ? "cannot be read: " + e : "is missing";
      throw new UserException(file + " " + why, e);
    }
  }

  Optional<JsonNode> get(String key) {
    return Optional.ofNullable(node.get(key)).filter(value -> !value.isNull());
  }

  /** A whole number of at least {@code lowest}; the fallback stands in for an absent key. */
  int whole(String key, int fallback, int lowest) {
    Optional<JsonNode> value = get(key);
    if (value.isEmpty()) {
      return fallback;
    }
    boolean whole = value.get().isIntegralNumber() && value.get().canConvertToInt();
    if (!whole || value.get().intValue() < lowest) {
      throw wrong(key, "a whole number of at least " + lowest);
    }
    return value.get().intValue();
  }

  /** A whole number of at least {@code lowest} that has to be there. */
  int required(String key, int lowest) {
    if (get(key).isEmpty()) {
      throw new UserException(
          "%s lacks '%s', expected a whole number of at least %d".formatted(where, key, lowest));
    }
    return whole(key, lowest, lowest);
  }

  /** A number from {@code lowest} to {@code highest}. */
  double number(String key, double fallback, double lowest, double highest) {
    Optional<JsonNode> value = get(key);
    if (value.isEmpty()) {
      return fallback;
    }
    double number = value.get().isNumber() ? value.get().doubleValue() : Double.NaN;
    if (!(number >= lowest && number <= highest)) {
      throw wrong(key, "a number from " + lowest + " to " + highest);
    }
    return number;
  }

  boolean flag(String key, boolean fallback) {
    JsonNode value = get(key).orElse(null);
    if (value == null) {
      return fallback;
    }
    if (!value.isBoolean()) {
      throw wrong(key, "true or false");
    }
    return value.booleanValue();
  }

  String text(String key, String fallback) {
    JsonNode value = get(key).orElse(null);
    if (value == null) {
      return fallback;
    }
    if (!value.isTextual()) {
      throw wrong(key, "a text");
    }
    return value.textValue();
  }

  UserException wrong(String key, String allowed) {
    return new UserException(
        "%s: '%s' is %s, expected %s".formatted(where, key, node.get(key), allowed));
  }
}
