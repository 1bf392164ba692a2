package io.silverspark.jobs.ingest;

import java.util.ArrayList;
import java.util.List;

/** One CSV record, RFC 4180: fields in quotes may hold commas, doubled quotes and line ends. */
final class CsvRecord {
  private final StringBuilder raw = new StringBuilder();
  private final List<String> fields = new ArrayList<>();
  private final StringBuilder field = new StringBuilder();
  private boolean inQuotes;
  private boolean afterQuote;
  private String problem = "";

  CsvRecord(String line) {
    take(line);
  }

  /** Whether the last line ended outside quotes. */
  boolean isClosed() {
    return !inQuotes;
  }

  /** Adds the next line of a record that is not closed. */
  void append(String line) {
    raw.append('\n');
    field.append('\n');
    take(line);
  }

  String raw() {
    return raw.toString();
  }

  /** The fields, once the record is closed. */
  List<String> fields() {
    return List.copyOf(fields);
  }

  /** What is wrong with the quoting, or empty. */
  String problem() {
    return problem;
  }

  private void take(String line) {
    raw.append(line);
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (inQuotes) {
        boolean doubled = c == '"' && i + 1 < line.length() && line.charAt(i + 1) == '"';
        i += doubled ? 1 : 0;
        quoted(c, doubled);
      } else {
        plain(c);
      }
    }
    if (!inQuotes) {
      endField();
    }
  }

  private void quoted(char c, boolean doubled) {
    if (c == '"' && !doubled) {
      inQuotes = false;
      afterQuote = true;
    } else {
      field.append(c);
    }
  }

  private void plain(char c) {
    if (c == ',') {
      endField();
    } else if (afterQuote) {
      problem = "text after a closing quote";
    } else if (c == '"' && field.length() == 0) {
      inQuotes = true;
    } else {
      field.append(c);
    }
  }

  private void endField() {
    fields.add(field.toString());
    field.setLength(0);
    afterQuote = false;
  }
}
