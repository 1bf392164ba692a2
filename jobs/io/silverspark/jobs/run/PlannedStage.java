package io.silverspark.jobs.run;

import io.silverspark.model.error.UserException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a stage would do now, for {@code --dry-run}.
 *
 * @param stage name of the stage
 * @param status whether it has anything to do
 * @param rows rows that it reads, by table or file
 * @param writes tables and paths that it writes; empty if nothing would change
 * @param note one line for the reader
 */
public record PlannedStage(
    String stage, Status status, Map<String, Long> rows, List<String> writes, String note) {

  /** What a stage has to do. */
  public enum Status {
    /** Has work to do. */
    RUNS("runs"),
    /** Goes on where an earlier run stopped. */
    GOES_ON("goes on"),
    /** Would change nothing. */
    UP_TO_DATE("up to date"),
    /** Depends on what a stage before it will write. */
    DEPENDS("depends"),
    /** Cannot run as things are; the note says why. */
    BLOCKED("blocked"),
    /** Looks, and writes nothing. */
    READS("reads only");

    private final String words;

    Status(String words) {
      this.words = words;
    }

    /** As shown to the user. */
    public String words() {
      return words;
    }
  }

  /** Copies the collections, keeping their order. */
  public PlannedStage {
    rows = Collections.unmodifiableMap(new LinkedHashMap<>(rows));
    writes = List.copyOf(writes);
  }

  /** A stage with work to do, or none. */
  public static PlannedStage of(
      String stage, boolean current, Map<String, Long> rows, List<String> writes, String note) {
    return new PlannedStage(
        stage, current ? Status.UP_TO_DATE : Status.RUNS, rows, current ? List.of() : writes, note);
  }

  /** A command that writes nothing. */
  public static PlannedStage reading(String stage) {
    return new PlannedStage(stage, Status.READS, Map.of(), List.of(), "");
  }

  /** A stage that the user has to clear the way for. */
  public static PlannedStage blocked(String stage, UserException reason) {
    return new PlannedStage(stage, Status.BLOCKED, Map.of(), List.of(), reason.getMessage());
  }

  /** The same under the name that a pipeline gives it. */
  public PlannedStage named(String name) {
    return new PlannedStage(name, status, rows, writes, note);
  }

  /** The same, where an earlier run has done a part. */
  public PlannedStage goingOn() {
    return new PlannedStage(stage, Status.GOES_ON, rows, writes, note);
  }

  /** The same, once a stage before it has run. */
  public PlannedStage after(String earlier) {
    String hint = status == Status.BLOCKED ? "" : note;
    return new PlannedStage(
        stage,
        Status.DEPENDS,
        status == Status.BLOCKED ? Map.of() : rows,
        writes,
        "after " + earlier + (hint.isEmpty() ? "" : "; now " + status.words() + ": " + hint));
  }
}
