package io.silverspark.model.tracking;

import java.util.Map;

/**
 * One run in one tool. Values are on disk, or in the file's buffer, when a call returns; {@link
 * #close} completes the files. For one thread.
 *
 * <p>Methods throw {@link java.io.UncheckedIOException} if a file cannot be written.
 */
public interface RunTracker extends AutoCloseable {
  /** How a run ended. */
  enum Status {
    /** Its result is complete. */
    FINISHED,
    /** It ended by an error. */
    FAILED
  }

  /**
   * Tells what the run is made with. A parameter that is there already is replaced.
   *
   * @param values by name
   */
  void parameters(Map<String, String> values);

  /**
   * A number of one step.
   *
   * @param name such as {@code train/loss}
   * @param step rises within a name; 0 for a number of the whole run
   * @param value not finite values are passed over
   */
  void scalar(String name, long step, double value);

  /**
   * The run goes on after an interruption: what an earlier process wrote from this step on is void.
   *
   * @param step first step that follows
   */
  void resumeAt(long step);

  /** The last call but {@link #close}; without it a run counts as failed. */
  void finish(Status status);

  @Override
  void close();
}
