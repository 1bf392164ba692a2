package io.silverspark.jobs.ingest;

/** The file as a whole cannot be read: no rows, or columns that are not known. */
final class LayoutException extends RuntimeException {
  LayoutException(String message) {
    super(message);
  }
}
