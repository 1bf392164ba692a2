package io.silverspark.jobs.files;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
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
   * @param items of an array that {@link #withLists} read, null where they have no text; empty for
   *     all others
   */
  public record Value(Kind kind, String text, List<String> items) {
    /** Itself, or the values of an array; empty if one of them is null or nested. */
    public Optional<List<String>> texts() {
      List<String> texts = kind == Kind.ARRAY ? items : Collections.singletonList(text);
      return texts.contains(null) ? Optional.empty() : Optional.of(texts);
    }

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
    return of(line, false);
  }

  /**
   * Parses a line and keeps what is in its arrays.
   *
   * @return empty if it is JSON but no object
   * @throws JsonProcessingException if it is not JSON
   */
  public static Optional<JsonFields> withLists(String line) throws JsonProcessingException {
    return of(line, true);
  }

  private static Optional<JsonFields> of(String line, boolean lists)
      throws JsonProcessingException {
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
        values.put(key, value(parser, parser.nextToken(), lists));
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

  private static Value value(JsonParser parser, JsonToken token, boolean lists) throws IOException {
    return switch (token) {
      case VALUE_STRING -> plain(Kind.TEXT, parser.getText());
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> plain(Kind.NUMBER, parser.getText());
      case VALUE_TRUE, VALUE_FALSE -> plain(Kind.BOOLEAN, parser.getText());
      case START_OBJECT -> skipped(parser, Kind.OBJECT);
      case START_ARRAY -> lists ? list(parser) : skipped(parser, Kind.ARRAY);
      default -> plain(Kind.NULL, null);
    };
  }

  private static Value plain(Kind kind, String text) {
    return new Value(kind, text, List.of());
  }

  private static Value skipped(JsonParser parser, Kind kind) throws IOException {
    parser.skipChildren();
    return plain(kind, null);
  }

  private static Value list(JsonParser parser) throws IOException {
    List<String> items = new ArrayList<>();
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      items.add(value(parser, token, false).text());
    }
    return new Value(Kind.ARRAY, null, items);
  }

  private static void requireEnd(JsonParser parser) throws IOException {
    JsonToken further = parser.nextToken();
    if (further != null) {
      throw new JsonParseException(parser, "more after the end of the value");
    }
  }
}
