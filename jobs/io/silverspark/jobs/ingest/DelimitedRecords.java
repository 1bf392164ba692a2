package io.silverspark.jobs.ingest;

import io.silverspark.jobs.files.LayoutException;
import io.silverspark.jobs.files.TextLines;
import io.silverspark.jobs.files.TextLines.Line;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * Records of a TSV or CSV stream. In TSV a quote is a character like any other and a record is a
 * line; in CSV quoting is that of RFC 4180 and a quoted field may span lines. A quote that is not
 * closed within {@value #MOST_LINES} lines costs only its first line. Blank lines are skipped.
 */
final class DelimitedRecords implements Iterator<RawRecord> {
  private static final int MOST_LINES = 200;

  /** Fields of a record; {@code problem} is empty if all is well. */
  private record Fields(Line first, String raw, List<String> values, String problem) {}

  private final TextLines lines;
  private final boolean quoted;
  private final Map<String, String> columns;
  private final Map<String, Integer> positions = new HashMap<>();
  private final int width;
  private Fields next;

  /**
   * Reads the header, if there is one.
   *
   * @param quoted CSV; otherwise TSV
   * @param mapping column of each role that the settings map
   * @throws LayoutException if the columns are not known or the stream is empty
   */
  DelimitedRecords(TextLines lines, boolean quoted, RowFormat format, Map<String, String> mapping) {
    this.lines = lines;
    this.quoted = quoted;
    Fields first = fields();
    if (first == null) {
      throw new LayoutException("the file is empty");
    }
    if (!first.problem().isEmpty()) {
      throw new LayoutException("the first line is malformed: " + first.problem());
    }
    List<String> header = first.values().stream().map(String::strip).toList();
    Optional<List<String>> headerless =
        mapping.isEmpty() ? format.columnsWithoutHeader(header) : Optional.empty();
    List<String> names = headerless.orElse(header);
    width = names.size();
    columns = format.columns().require(names, mapping);
    columns.values().forEach(column -> positions.put(column, names.indexOf(column)));
    next = headerless.isPresent() ? first : fields();
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
    RawRecord record = record(next);
    next = fields();
    return record;
  }

  private RawRecord record(Fields fields) {
    long line = fields.first().number();
    if (!fields.problem().isEmpty()) {
      return RawRecord.malformed(line, fields.raw(), fields.problem());
    }
    if (fields.values().size() != width) {
      String problem = "%d columns where %d are expected".formatted(fields.values().size(), width);
      return RawRecord.malformed(line, fields.raw(), problem);
    }
    Map<String, RawRecord.Field> byRole = new LinkedHashMap<>();
    columns.forEach(
        (role, column) ->
            byRole.put(
                role, new RawRecord.Field(column, fields.values().get(positions.get(column)))));
    return new RawRecord(line, byRole, fields.raw(), "");
  }

  private Fields fields() {
    Line line = lines.next();
    while (line != null && line.bytes().isBlank()) {
      line = lines.next();
    }
    if (line == null) {
      return null;
    }
    return quoted ? quotedFields(line) : decoded(line, line.bytes(), split(line.bytes()), "");
  }

  private static List<String> split(String line) {
    return List.of(line.split("\t", -1));
  }

  private Fields quotedFields(Line first) {
    Deque<Line> further = new ArrayDeque<>();
    CsvRecord record = new CsvRecord(first.bytes());
    while (!record.isClosed()) {
      Line line = further.size() + 1 < MOST_LINES ? lines.next() : null;
      if (line == null) {
        while (!further.isEmpty()) {
          lines.pushBack(further.removeLast());
        }
        return decoded(first, first.bytes(), List.of(), "a quote is not closed");
      }
      further.add(line);
      record.append(line.bytes());
    }
    return decoded(first, record.raw(), record.fields(), record.problem());
  }

  private static Fields decoded(Line first, String raw, List<String> bytes, String problem) {
    List<String> values = new ArrayList<>(bytes.size());
    for (String field : bytes) {
      Optional<String> text = TextLines.decode(field);
      if (text.isEmpty()) {
        return new Fields(first, TextLines.decodeLossy(raw), List.of(), TextLines.invalid(field));
      }
      values.add(text.get());
    }
    return new Fields(first, TextLines.decodeLossy(raw), values, problem);
  }
}
