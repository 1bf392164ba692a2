package io.silverspark.model.distributed;

/**
 * The ranks no longer hold the same weights: a fault of memory, of the network or of this program,
 * which no retry fixes.
 */
public final class ReplicaDriftException extends RuntimeException {
  /**
   * Creates the exception.
   *
   * @param message step and the ranks' hashes
   */
  public ReplicaDriftException(String message) {
    super(message);
  }
}
