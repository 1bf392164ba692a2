package io.silverspark.jobs.procedures;

import io.silverspark.model.error.UserException;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.sql.SparkSession;

/**
 * The calls of a driver by their id. Those that have ended are kept for clients that ask again, up
 * to a number of calls: first those are forgotten whose end was told, then those that ended first.
 */
final class RunningCalls {
  /** Those of this driver. */
  static final RunningCalls ALL = new RunningCalls(200);

  private final int kept;
  private final Map<String, RunningCall> calls = new ConcurrentHashMap<>();

  /**
   * No calls yet.
   *
   * @param kept how many are known at most, but for those that still run
   */
  RunningCalls(int kept) {
    this.kept = kept;
  }

  /**
   * Begins the work unless a call of that id is known. Where the same work is running, for a client
   * that has gone, this one follows it: two at once would write over each other's run.
   */
  synchronized RunningCall start(String id, RecipeCall call) {
    RunningCall known = calls.get(id);
    if (known == null) {
      forget();
      String directory = call.directory();
      known =
          calls.values().stream()
              .filter(each -> each.isRunning() && each.directory().equals(directory))
              .findFirst()
              .orElseGet(() -> RunningCall.begun(call, directory));
      calls.put(id, known);
    }
    return known;
  }

  /** Makes room for one call. */
  private void forget() {
    while (calls.size() >= kept) {
      Optional<Map.Entry<String, RunningCall>> least =
          calls.entrySet().stream()
              .filter(each -> !each.getValue().isRunning())
              .min(Comparator.comparing(Map.Entry::getValue, RunningCall.LEAST_WANTED));
      if (least.isEmpty()) {
        return;
      }
      calls.remove(least.get().getKey());
    }
  }

  /**
   * A call that was started.
   *
   * @throws UserException if none of that id is known in the session's application
   */
  RunningCall of(SparkSession spark, String id) {
    RunningCall found = calls.get(id);
    if (found == null || !found.isOf(spark)) {
      throw new UserException(
          "no call '%s' is known here: it was never started, it ended before many others and was forgotten, or the driver was started again since"
              .formatted(id));
    }
    return found;
  }
}
