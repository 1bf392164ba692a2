package io.silverspark.jobs.files;

/**
 * The input as a whole cannot be read: no rows, another encoding, or columns that are missing,
 * named twice or nested. The message follows the name of the input.
 */
public final class LayoutException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** A reason without the name of the input and without a full stop. */
  public LayoutException(String message) {
    super(message);
  }

  /** The same with what a library said. */
  public LayoutException(String message, Throwable cause) {
    super(message, cause);
  }
}
