package io.silverspark.jobs.ingest;

import java.util.Map;

/**
 * One record of a file before its values are checked.
 *
 * @param line of the file where the record begins, from 1
 * @param fields values by column as {@link RowFormat} names it, null for null; empty if there is a
 *     problem
 * @param raw the record as read
 * @param problem why it is malformed, or empty
 */
record RawRecord(long line, Map<String, String> fields, String raw, String problem) {
  static RawRecord malformed(long line, String raw, String problem) {
    return new RawRecord(line, Map.of(), raw, problem);
  }
}
