package io.silverspark.model.tracking;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The same run in several tools, or in none. A tool whose files cannot be written any more is left
 * out with a warning: a full disk of the tracking must not end hours of training.
 */
public final class TrackedRuns implements RunTracker {
  private static final Logger LOG = LoggerFactory.getLogger(TrackedRuns.class);
  private final List<RunTracker> runs;

  /**
   * Takes over the runs and closes them with itself.
   *
   * @param runs any number
   */
  public TrackedRuns(List<RunTracker> runs) {
    this.runs = new ArrayList<>(runs);
  }

  @Override
  public void parameters(Map<String, String> values) {
    each(run -> run.parameters(values));
  }

  @Override
  public void scalar(String name, long step, double value) {
    each(run -> run.scalar(name, step, value));
  }

  @Override
  public void resumeAt(long step) {
    each(run -> run.resumeAt(step));
  }

  @Override
  public void finish(Status status) {
    each(run -> run.finish(status));
  }

  @Override
  public void close() {
    each(RunTracker::close);
    runs.clear();
  }

  private void each(Consumer<RunTracker> call) {
    for (RunTracker run : List.copyOf(runs)) {
      try {
        call.accept(run);
      } catch (UncheckedIOException e) {
        LOG.warn("tracking by {} ends here: {}", run.getClass().getSimpleName(), e.toString());
        runs.remove(run);
      }
    }
  }
}
