package io.silverspark.model.distributed;

/** Another rank is gone or does not answer, so the step cannot be finished. */
public final class RankLostException extends RuntimeException {
  /**
   * Creates the exception.
   *
   * @param message which rank, and how that was noticed
   */
  public RankLostException(String message) {
    super(message);
  }

  /**
   * Creates the exception with the failure below it.
   *
   * @param message which rank, and how that was noticed
   * @param cause what was thrown
   */
  public RankLostException(String message, Throwable cause) {
    super(message, cause);
  }
}
