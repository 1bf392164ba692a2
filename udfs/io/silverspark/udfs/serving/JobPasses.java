package io.silverspark.udfs.serving;

import io.silverspark.model.encoder.BatchListener;
import io.silverspark.model.encoder.PassClock;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.AccumulatorV2;

/**
 * How fast the models of a command ran on each executor, over all its datasets: first thousand
 * texts, and the rest. A command is a job group of Spark. Each executor counts with a clock of its
 * own, whose state comes to the driver with the tasks.
 */
public final class JobPasses
    extends AccumulatorV2<Map<String, PassClock.Passes>, Map<String, PassClock.Passes>> {
  private static final String GROUP = "spark.jobGroup.id";
  private static final int MOST = 32;

  /** Of the driver: by application and job group. */
  private static final Map<String, JobPasses> GROUPS = new LinkedHashMap<>();

  /** Of an executor: by the number of the accumulator. */
  private static final Map<Long, PassClock> CLOCKS = new LinkedHashMap<>();

  private static final long serialVersionUID = 1;

  private Map<String, PassClock.Passes> executors = new LinkedHashMap<>();

  private JobPasses() {}

  /** The counts of the job group that the calling thread works for. */
  static JobPasses of(SparkContext spark) {
    String group = spark.applicationId() + " " + spark.getLocalProperty(GROUP);
    synchronized (GROUPS) {
      JobPasses known = GROUPS.get(group);
      if (known == null) {
        known = new JobPasses();
        spark.register(known, "model passes");
        GROUPS.put(group, known);
        dropOldest(GROUPS);
      }
      return known;
    }
  }

  /**
   * What the executors have counted for the command that the calling thread works for.
   *
   * @return by executor; empty if no model has run
   */
  public static Map<String, PassClock.Passes> ofCommand(SparkSession spark) {
    return of(spark.sparkContext()).value();
  }

  private static <K, V> void dropOldest(Map<K, V> map) {
    Iterator<V> oldest = map.values().iterator();
    V first = oldest.next();
    if (map.size() > MOST) {
      oldest.remove();
      if (first instanceof PassClock clock) {
        clock.close();
      }
    }
  }

  /** Counts in a task. */
  BatchListener listener() {
    PassClock clock = clock(id());
    String executor = SparkEnv.get().executorId();
    return (texts, tokens, padded, nanos) -> {
      clock.ran(texts, nanos);
      add(Map.of(executor, clock.passes()));
    };
  }

  private static PassClock clock(long id) {
    synchronized (CLOCKS) {
      PassClock clock = CLOCKS.computeIfAbsent(id, unused -> new PassClock());
      dropOldest(CLOCKS);
      return clock;
    }
  }

  @Override
  public synchronized boolean isZero() {
    return executors.isEmpty();
  }

  @Override
  public synchronized JobPasses copy() {
    JobPasses copy = new JobPasses();
    copy.executors = new LinkedHashMap<>(executors);
    return copy;
  }

  @Override
  public synchronized void reset() {
    executors.clear();
  }

  /** A clock only goes on: of two states of an executor the one with more texts is the later. */
  @Override
  public synchronized void add(Map<String, PassClock.Passes> states) {
    states.forEach(
        (executor, state) ->
            executors.merge(
                executor, state, (known, other) -> other.texts() >= known.texts() ? other : known));
  }

  @Override
  public void merge(
      AccumulatorV2<Map<String, PassClock.Passes>, Map<String, PassClock.Passes>> other) {
    add(other.value());
  }

  @Override
  public synchronized Map<String, PassClock.Passes> value() {
    return Map.copyOf(executors);
  }
}
