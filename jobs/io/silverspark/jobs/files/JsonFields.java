package io.silverspark.jobs.files;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The fields of a JSON object on one line.
 *
 * @param keys in their order, repeated ones repeated
 * @param values by key, the last one of a repeated key
 */
public record JsonFields(List<String> keys, Map<String, Value> values) {
  private static final JsonFactory JSON = new JsonFactory();

  /** What a value is. */
  public enum Kind {
    TEXT("a text"),
    NUMBER("a number"),
    BOOLEAN("true or false"),
    NULL("null"),
    OBJECT("a JSON object"),
    ARRAY("a JSON array");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    /** As in a message. */
    public String words() {
      return words;
    }

    /** Whether a value holds others. */
    public boolean isNested() {
      return this == OBJECT || this == ARRAY;
    }
  }

  /**
   * One value.
   *
   * @param text as written, without quotes and escapes; null for null and for nested values
   */
  public record Value(Kind kind, String text) {
    private String words() {
      return kind == Kind.NUMBER || kind == Kind.BOOLEAN ? text : kind.words();
    }
  }

  /**
   * Parses a line.
   *
   * @return empty if it is JSON but no object
   * @throws JsonProcessingException if it is not JSON
   */
  public static Optional<JsonFields> of(String line) throws JsonProcessingException {
    try (JsonParser parser = JSON.createParser(line)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        parser.skipChildren();
        requireEnd(parser);
        return Optional.empty();
      }
      List<String> keys = new ArrayList<>();
      Map<String, Value> values = new HashMap<>();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String key = parser.currentName();
        keys.add(key);
        values.put(key, value(parser, parser.nextToken()));
      }
      requireEnd(parser);
      return Optional.of(new JsonFields(keys, values));
    } catch (JsonProcessingException e) {
      throw e;
    } catch (IOException e) {
      throw new UncheckedIOException(e); // cannot be: the text is in memory
    }
  }

  /**
   * The field of that name, case aside.
   *
   * @throws LayoutException if there are several
   */
  public Optional<Value> find(String column) {
    return ColumnNames.find(keys, column).map(values::get);
  }

  /**
   * The text of one field.
   *
   * @throws LayoutException if the line is no JSON object, or the field is missing, there twice, or
   *     no text
   */
  public static String requiredText(String line, String column) {
    Optional<Value> value;
    try {
      value = of(line).orElseThrow(() -> new LayoutException("not a JSON object")).find(column);
    } catch (JsonProcessingException e) {
      throw new LayoutException("not a JSON object: " + e.getOriginalMessage());
    }
    if (value.isEmpty() || value.get().kind() != Kind.TEXT) {
      throw new LayoutException(
          "'%s' is %s, expected a text"
              .formatted(column, value.map(Value::words).orElse("missing")));
    }
    return value.get().text();
  }

  private static Value value(JsonParser parser, JsonToken token) throws IOException {
    return switch (token) {
      case VALUE_STRING -> new Value(Kind.TEXT, parser.getText());
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Value(Kind.NUMBER, parser.getText());
      case VALUE_TRUE, VALUE_FALSE -> new Value(Kind.BOOLEAN, parser.getText());
      case START_OBJECT -> nested(parser, Kind.OBJECT);
      case START_ARRAY -> nested(parser, Kind.ARRAY);
      default -> new Value(Kind.NULL, null);
    };
  }

  private static Value nested(JsonParser parser, Kind kind) throws IOException {
    parser.skipChildren();
    return new Value(kind, null);
  }

  private static void requireEnd(JsonParser parser) throws IOException {
    JsonToken further = parser.nextToken();
    if (further != null) {
      throw new JsonParseException(parser, "more after the end of the value");
    }
  }
}
