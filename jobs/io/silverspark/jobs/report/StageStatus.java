package io.silverspark.jobs.report;

/** How a stage of the pipeline ended. */
public enum StageStatus {
  DONE,
  /** Its output was up to date. */
  SKIPPED,
  FAILED
}
