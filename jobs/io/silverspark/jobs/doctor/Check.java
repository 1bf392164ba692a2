package io.silverspark.jobs.doctor;

import io.silverspark.jobs.run.JobContext;
import java.util.List;

/**
 * Looks at one thing.
 *
 * @param name for the case that looking itself fails
 * @param remedy what to do in that case
 * @param look gives findings; any exception is a failure of the check
 */
record Check(String name, String remedy, Look look) {
  /** The looking. */
  @FunctionalInterface
  interface Look {
    List<Finding> at(JobContext context) throws Exception;
  }

  List<Finding> run(JobContext context) {
    try {
      return look.at(context);
    } catch (Exception | LinkageError failure) {
      Throwable cause = failure;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      String text = cause.getClass().getSimpleName() + ": " + cause.getMessage();
      return List.of(Finding.failure(name, text.lines().findFirst().orElse(""), remedy));
    }
  }
}
