package io.silverspark.jobs.run;

/**
 * One command of the command line. A class becomes a command by a picocli {@code @Command}
 * annotation with name and description, its own {@code @Option} fields if it has any, and an entry
 * in {@code Main.jobs()}. The options {@code --conf}, {@code --set} and {@code --stacktrace} are
 * added to all.
 *
 * <p>A job is idempotent: running it again with the same settings and inputs changes nothing.
 */
@FunctionalInterface
public interface Job {
  /**
   * Does the work.
   *
   * @throws io.silverspark.model.error.UserException for a mistake that the user can mend
   */
  void run(JobContext context);
}
