package io.silverspark.jobs.run;

import io.silverspark.model.error.UserException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Optional;

/** Words for failures; Spark wraps what happened in a task several times over. */
public final class FailureText {
  private static final int LONGEST = 300;

  /** What Spark says wherever a stopped context is met; the cause of the stop is not in it. */
  private static final List<String> STOPPED =
      List.of(
          "Cannot call methods on a stopped SparkContext",
          "SparkContext was shut down",
          "SparkContext has been shutdown");

  private FailureText() {}

  /** The user's mistake that caused the failure, if one did. */
  public static Optional<UserException> userMistake(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof UserException mistake) {
        return Optional.of(mistake);
      }
    }
    return Optional.empty();
  }

  /** Class and first line of the message of the innermost cause. */
  public static String oneLine(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String message = String.valueOf(cause.getMessage());
      if (STOPPED.stream().anyMatch(message::contains)) {
        return "the Spark application was stopped by something else, such as the cluster or"
            + " another thread; run the command again to continue";
      }
    }
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String message =
        String.valueOf(cause.getMessage())
            .lines()
            .filter(line -> !line.isBlank())
            .findFirst()
            .orElse("");
    String text = cause.getClass().getSimpleName() + ": " + message;
    return text.length() > LONGEST ? text.substring(0, LONGEST) + "..." : text;
  }

  static String stackTrace(Throwable failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text, true));
    return text.toString();
  }
}
