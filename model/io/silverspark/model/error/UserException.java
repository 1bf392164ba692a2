package io.silverspark.model.error;

/**
 * A mistake that the user can fix: a wrong key, a missing file, an unreadable model. The message is
 * one line that says what was wrong, where, what was found and what is allowed; the command line
 * prints it without a stack trace and exits with 2.
 *
 * <p>It is an {@link IllegalArgumentException} because PySpark shows the message of those as the
 * first line of its error, and of others only that an error occurred.
 */
public final class UserException extends IllegalArgumentException {
  /**
   * Creates the exception.
   *
   * @param message one line: what, where, found, allowed
   */
  public UserException(String message) {
    super(message);
  }

  /**
   * Creates the exception with the failure below it, kept for the log.
   *
   * @param message one line: what, where, found, allowed
   * @param cause what the library below reported
   */
  public UserException(String message, Throwable cause) {
    super(message, cause);
  }
}
