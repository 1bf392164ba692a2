package io.silverspark.jobs.ingest;

import java.util.Map;
import java.util.stream.Collectors;

/**
 * One record of a file before its values are checked.
 *
 * @param line of the file where the record begins, from 1
 * @param fields by the role of their column; empty if there is a problem
 * @param raw the record as read
 * @param problem why it is malformed, or empty
 */
record RawRecord(long line, Map<String, Field> fields, String raw, String problem) {

  /**
   * One value.
   *
   * @param column as the file spells it
   * @param value null for null
   */
  record Field(String column, String value) {}

  static RawRecord malformed(long line, String raw, String problem) {
    return new RawRecord(line, Map.of(), raw, problem);
  }

  /** The record of a relation, which has no text of its own. */
  static RawRecord of(long line, Map<String, Field> fields) {
    String raw =
        fields.values().stream()
            .map(field -> field.column() + "=" + field.value())
            .collect(Collectors.joining(", ", "{", "}"));
    return new RawRecord(line, fields, raw, "");
  }

  /** The value of a role; null for null, and if there is no such column. */
  String value(String role) {
    Field field = fields.get(role);
    return field == null ? null : field.value();
  }
}
