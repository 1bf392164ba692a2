package io.silverspark.jobs.run;

import io.silverspark.model.error.UserException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Optional;

/** Words for failures; Spark wraps what happened in a task several times over. */
final class FailureText {
  private static final int LONGEST = 300;

  private FailureText() {}

  /** The user's mistake that caused the failure, if one did. */
  static Optional<UserException> userMistake(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof UserException mistake) {
        return Optional.of(mistake);
      }
    }
    return Optional.empty();
  }

  /** Class and first line of the message of the innermost cause. */
  static String oneLine(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String message = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
    String text = cause.getClass().getSimpleName() + ": " + message;
    return text.length() > LONGEST ? text.substring(0, LONGEST) + "..." : text;
  }

  static String stackTrace(Throwable failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text, true));
    return text.toString();
  }
}
