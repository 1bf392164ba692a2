package io.silverspark.jobs.procedures;

import io.silverspark.jobs.run.FailureText;
import io.silverspark.model.error.UserException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A call that works in a thread of its own, so that a client can follow it, lose its connection and
 * ask again.
 */
final class RunningCall {
  private static final Logger LOG = LoggerFactory.getLogger(RunningCall.class);

  /** Ended calls, those first that clients are least likely to ask about. */
  static final Comparator<RunningCall> LEAST_WANTED =
      Comparator.<RunningCall, Boolean>comparing(call -> !call.isTold())
          .thenComparingLong(RunningCall::ended);

  private static final AtomicLong ENDS = new AtomicLong();

  private enum State {
    RUNNING,
    DONE,
    /** By a mistake of the user: the last line says which. */
    REFUSED,
    FAILED,
    STOPPED
  }

  private final String application;
  private final String tag = "silverspark-" + UUID.randomUUID();
  private final RecipeCall call;
  private final String directory;
  private final List<String> lines = new ArrayList<>();
  private final CallLines console = new CallLines(this::tell);
  private State state = State.RUNNING;
  private Object[] end = {};
  private long ended;
  private boolean told;
  private volatile boolean stopped;

  private RunningCall(RecipeCall call, String directory) {
    this.call = call;
    this.directory = directory;
    this.application = call.spark().sparkContext().applicationId();
  }

  /** Starts the thread of a call that works in the directory. */
  static RunningCall begun(RecipeCall call, String directory) {
    RunningCall begun = new RunningCall(call, directory);
    Thread thread = new Thread(begun::work, "silverspark-" + call.name());
    thread.setDaemon(true);
    thread.start();
    return begun;
  }

  /** The directory of its run. */
  String directory() {
    return directory;
  }

  /** Whether it was begun in the application of a session. */
  boolean isOf(SparkSession spark) {
    return application.equals(spark.sparkContext().applicationId());
  }

  private void work() {
    try {
      SparkSession.setActiveSession(call.spark());
      call.spark().sparkContext().addJobTag(tag);
      RecipeCall.Result result = call.run(console.console());
      finish(State.DONE, result.row());
    } catch (Throwable failure) { // whatever it is, a client waits for the end
      LOG.info("{} ended", call.name(), failure);
      fail(failure);
    } finally {
      SparkSession.clearActiveSession();
    }
  }

  private void fail(Throwable failure) {
    Optional<UserException> mistake = FailureText.userMistake(failure);
    if (stopped) {
      finish(State.STOPPED, call.name() + " was stopped; call it again to continue");
    } else if (mistake.isPresent()) {
      finish(State.REFUSED, mistake.get().getMessage());
    } else {
      finish(State.FAILED, "%s failed: %s".formatted(call.name(), FailureText.oneLine(failure)));
    }
  }

  private synchronized void finish(State with, Object... values) {
    end = values;
    ended = ENDS.incrementAndGet();
    state = with;
  }

  private synchronized void tell(String line) {
    lines.add(line);
  }

  synchronized boolean isRunning() {
    return state == State.RUNNING;
  }

  /** Whether a client was given its end. */
  private synchronized boolean isTold() {
    return told;
  }

  /** Number of its end among all ends. */
  private synchronized long ended() {
    return ended;
  }

  /** Ends the work at the next line that it tells, and the Spark jobs that it waits for at once. */
  void stop() {
    stopped = true;
    console.stop();
    call.spark().sparkContext().cancelJobsWithTag(tag);
  }

  /**
   * State and lines.
   *
   * @param from number of the first line, from 0
   * @return a row (line, text) for each line; then (running, null), or (done, value) for kind,
   *     result and details, or (refused, failed or stopped, why)
   */
  synchronized List<Object[]> progress(int from) {
    List<Object[]> rows = new ArrayList<>();
    for (String line : lines.subList(Math.min(from, lines.size()), lines.size())) {
      rows.add(new Object[] {"line", line});
    }
    told = state != State.RUNNING;
    String name = state.name().toLowerCase(Locale.ROOT);
    if (end.length == 0) {
      rows.add(new Object[] {name, null});
    }
    for (Object value : end) {
      rows.add(new Object[] {name, value});
    }
    return rows;
  }
}
