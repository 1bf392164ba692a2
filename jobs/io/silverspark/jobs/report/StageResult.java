package io.silverspark.jobs.report;

import java.util.Objects;

/**
 * One stage of the pipeline.
 *
 * @param rowsIn null where rows mean nothing
 * @param rowsOut null where rows mean nothing
 * @param seconds wall clock
 * @param note one short line, may be empty
 */
public record StageResult(
    String name, Status status, Long rowsIn, Long rowsOut, double seconds, String note) {

  public StageResult {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(status, "status");
    note = note == null ? "" : note;
  }

  /** How a stage of the pipeline ended. */
  public enum Status {
    DONE,
    /** Its output was up to date. */
    SKIPPED,
    FAILED
  }
}
