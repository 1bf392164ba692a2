package io.silverspark.jobs.run;

/**
 * A job did its work and the answer is no: a check that failed, a bar that was missed. The process
 * ends with code 1 and this message, without a stack trace.
 */
public final class FailedVerdict extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** A verdict in one line. */
  public FailedVerdict(String message) {
    super(message, null, false, false);
  }
}
