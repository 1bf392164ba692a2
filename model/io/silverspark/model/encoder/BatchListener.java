package io.silverspark.model.encoder;

/**
 * Hears of each batch that a model has run, to measure speed and padding. Called from the threads
 * that encode, so it must be safe to call from several at once.
 */
@FunctionalInterface
public interface BatchListener {
  /** Hears nothing. */
  BatchListener NONE = (texts, tokens, paddedTokens, nanos) -> {};

  /**
   * A batch has run and its result has been copied back.
   *
   * @param texts rows of the batch
   * @param tokens of all rows, special ones included
   * @param paddedTokens rows times the longest row: what the device computed
   * @param nanos wall time from building the batch to its result; on a GPU the copies are in it
   */
  void ran(int texts, long tokens, long paddedTokens, long nanos);
}
