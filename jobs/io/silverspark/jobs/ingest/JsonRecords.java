package io.silverspark.jobs.ingest;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.silverspark.jobs.files.JsonFields;
import io.silverspark.jobs.files.LayoutException;
import io.silverspark.jobs.files.TextLines;
import io.silverspark.jobs.files.TextLines.Line;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;

/** Records of a stream with one JSON object a line. Blank lines are skipped. */
final class JsonRecords implements Iterator<RawRecord> {
  private final TextLines lines;
  private final RowFormat format;
  private final Map<String, String> mapping;
  private Line next;

  /**
   * Reads ahead to the first record.
   *
   * @param mapping column of each role that the settings map
   * @throws LayoutException if the stream is empty
   */
  JsonRecords(TextLines lines, RowFormat format, Map<String, String> mapping) {
    this.lines = lines;
    this.format = format;
    this.mapping = mapping;
    advance();
    if (next == null) {
      throw new LayoutException("the file is empty");
    }
  }

  @Override
  public boolean hasNext() {
    return next != null;
  }

  @Override
  public RawRecord next() {
    if (next == null) {
      throw new NoSuchElementException();
    }
    RawRecord record = record(next, format, mapping);
    advance();
    return record;
  }

  private void advance() {
    next = lines.next();
    while (next != null && next.bytes().isBlank()) {
      next = lines.next();
    }
  }

  /** The record of one object. */
  static RawRecord record(Line line, RowFormat format, Map<String, String> mapping) {
    Optional<String> text = TextLines.decode(line.bytes());
    String raw = text.orElseGet(() -> TextLines.decodeLossy(line.bytes()));
    if (text.isEmpty()) {
      return RawRecord.malformed(line.number(), raw, TextLines.invalid(line.bytes()));
    }
    try {
      Optional<JsonFields> object = JsonFields.of(raw);
      return object.isPresent()
          ? new RawRecord(line.number(), fields(object.get(), format, mapping), raw, "")
          : RawRecord.malformed(line.number(), raw, "not a JSON object");
    } catch (JsonProcessingException e) {
      return RawRecord.malformed(line.number(), raw, "not readable as JSON");
    } catch (LayoutException e) {
      return RawRecord.malformed(line.number(), raw, e.getMessage());
    }
  }

  private static Map<String, RawRecord.Field> fields(
      JsonFields object, RowFormat format, Map<String, String> mapping) {
    Map<String, RawRecord.Field> fields = new LinkedHashMap<>();
    mapping.forEach((role, column) -> fields.put(role, new RawRecord.Field(column, null)));
    format
        .columns()
        .find(object.keys(), mapping)
        .forEach(
            (role, key) -> {
              JsonFields.Value value = object.values().get(key);
              if (value.kind().isNested()) {
                throw new LayoutException(
                    "%s is %s, expected a text or a number".formatted(key, value.kind().words()));
              }
              fields.put(role, new RawRecord.Field(key, value.text()));
            });
    return fields;
  }
}
