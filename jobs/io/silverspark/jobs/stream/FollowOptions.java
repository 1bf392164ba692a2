package io.silverspark.jobs.stream;

import io.silverspark.model.error.UserException;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.streaming.Trigger;
import picocli.CommandLine.Option;

/** Whether a command goes on with rows that arrive, and how often it looks for them. */
public final class FollowOptions {
  /** How long rows are followed. */
  private enum Mode {
    /** Until the job is stopped; new rows are looked for at an interval. */
    ALWAYS,
    /** Until all rows that are there at the start are done; for a schedule. */
    AVAILABLE
  }

  private static final int SECONDS = 10;

  @Option(
      names = "--follow",
      arity = "0..1",
      fallbackValue = "always",
      paramLabel = "MODE",
      description =
          "Goes on with rows as they arrive, each exactly once: always (until stopped), or"
              + " available (what is there now, then ends).")
  private Mode mode;

  @Option(
      names = "--interval",
      paramLabel = "SECONDS",
      description = "With --follow always: how often to look; default 10.")
  private Integer interval;

  /** Whether {@code --follow} was given. */
  public boolean follows() {
    return mode != null;
  }

  /** Whether rows are followed until the command is stopped. */
  public boolean isEndless() {
    return mode == Mode.ALWAYS;
  }

  /** Refuses an interval that is not read, or is below 0. */
  public void check() {
    requireRead("--interval", interval != null, isEndless(), "--follow always");
    if (seconds() < 0) {
      throw new UserException("--interval must be 0 or more, found " + seconds());
    }
  }

  /** Seconds between two looks. */
  public int seconds() {
    return interval == null ? SECONDS : interval;
  }

  /** When a stream begins a batch. */
  public Trigger trigger() {
    return isEndless()
        ? Trigger.ProcessingTime(seconds(), TimeUnit.SECONDS)
        : Trigger.AvailableNow();
  }

  /** Refuses an option that says nothing beside the others. */
  public static void requireRead(String option, boolean set, boolean read, String where) {
    if (set && !read) {
      throw new UserException("%s is read with %s only: leave it out".formatted(option, where));
    }
  }
}
