package io.silverspark.jobs.run;

import java.util.List;
import java.util.Map;

/**
 * One command of the command line. A class becomes a command by a picocli {@code @Command}
 * annotation with name and description, its own {@code @Option} fields if it has any, and an entry
 * in {@code Main.jobs()}. The options {@code --conf}, {@code --set}, {@code --json}, {@code
 * --dry-run} and {@code --stacktrace} are added to all.
 *
 * <p>A job is idempotent: running it again with the same settings and inputs changes nothing.
 */
@FunctionalInterface
public interface Job {
  /**
   * Does the work.
   *
   * @throws io.silverspark.model.error.UserException for a mistake that the user can fix
   * @throws FailedVerdict if the work was done and its result is that something is not well
   */
  void run(JobContext context);

  /**
   * Refuses settings that do not go together, from the settings alone: a pipeline asks all its jobs
   * before the first one works.
   *
   * @throws io.silverspark.model.error.UserException with the first mistake
   */
  default void check(JobContext context) {}

  /**
   * What {@link #run} would do now, with row counts. Writes nothing.
   *
   * @throws io.silverspark.model.error.UserException if it could not run as things are
   */
  default List<PlannedStage> plan(JobContext context) {
    return List.of(
        new PlannedStage(
            context.command(), PlannedStage.Status.RUNS, Map.of(), List.of(), "no stages"));
  }
}
