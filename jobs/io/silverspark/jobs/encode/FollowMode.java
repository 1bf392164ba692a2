package io.silverspark.jobs.encode;

/** How long a table is followed. */
enum FollowMode {
  /** Until the job is stopped; new rows are looked for at an interval. */
  ALWAYS,
  /** Until all rows that are there at the start are done; for a schedule. */
  AVAILABLE
}
