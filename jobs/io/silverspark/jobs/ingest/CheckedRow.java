package io.silverspark.jobs.ingest;

/**
 * One row of a file after its check.
 *
 * @param line of the file, from 1
 * @param first first text; null unless the row is good
 * @param second second text, empty for single texts; null unless the row is good
 * @param label in the form of the table; null unless the row is good
 * @param genre of the first text; null if the file has none
 * @param key id of the row; null unless the settings map one
 * @param group what keeps rows in one split; null unless the settings map one
 * @param split of the row; null unless the settings map one
 * @param reason why the row is malformed; null otherwise
 * @param raw the row as read, if it is malformed; null otherwise
 */
record CheckedRow(
    State state,
    long line,
    String first,
    String second,
    String label,
    String genre,
    String key,
    String group,
    String split,
    String reason,
    String raw) {
  private static final int LONGEST_RAW = 10_000;

  /** What becomes of a row. */
  enum State {
    GOOD,
    UNLABELLED,
    MALFORMED,
    /** The whole file cannot be read. */
    UNREADABLE
  }

  static CheckedRow good(
      RawRecord record,
      String first,
      String second,
      String label,
      String genre,
      String key,
      String group,
      String split) {
    return new CheckedRow(
        State.GOOD, record.line(), first, second, label, genre, key, group, split, null, null);
  }

  static CheckedRow unlabelled(RawRecord record) {
    return bad(State.UNLABELLED, record.line(), null, null);
  }

  static CheckedRow malformed(RawRecord record, String reason) {
    String raw = record.raw();
    String kept = raw.length() > LONGEST_RAW ? raw.substring(0, LONGEST_RAW) : raw;
    return bad(State.MALFORMED, record.line(), reason, kept);
  }

  static CheckedRow unreadable(String reason) {
    return bad(State.UNREADABLE, 0, reason, null);
  }

  private static CheckedRow bad(State state, long line, String reason, String raw) {
    return new CheckedRow(state, line, null, null, null, null, null, null, null, reason, raw);
  }
}
