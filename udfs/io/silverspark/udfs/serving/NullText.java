package io.silverspark.udfs.serving;

/** What a null text becomes. An empty string is a text like any other. */
public enum NullText {
  /** The job fails with a message that names column and row. */
  FAIL,
  /** The result is null. */
  KEEP
}
