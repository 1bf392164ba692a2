package io.silverspark.jobs.run;

import org.apache.spark.SparkContext;
import org.slf4j.MDC;

/**
 * A part of a job by name: Spark's UI shows it with each Spark job that the calling thread starts,
 * and the logs of driver and executors carry it.
 */
final class Phase {
  private static final String GROUP = "spark.jobGroup.id";
  private static final String DESCRIPTION = "spark.job.description";
  private static final String LOG_KEY = "phase";

  /** Spark copies local properties with this prefix into the log context of each task. */
  private static final String TASK_LOG = "mdc.";

  private final SparkContext spark;
  private final String group;
  private final String description;
  private final String logged;

  private Phase(SparkContext spark) {
    this.spark = spark;
    this.group = spark.getLocalProperty(GROUP);
    this.description = spark.getLocalProperty(DESCRIPTION);
    this.logged = MDC.get(LOG_KEY);
  }

  static Phase start(SparkContext spark, String command, RunId run, String name) {
    Phase before = new Phase(spark);
    spark.setLocalProperty(GROUP, command + " " + run);
    spark.setLocalProperty(DESCRIPTION, command + ": " + name);
    spark.setLocalProperty(TASK_LOG + RunId.LOG_KEY, run.toString());
    log(spark, name);
    return before;
  }

  private static void log(SparkContext spark, String name) {
    if (name == null) {
      MDC.remove(LOG_KEY);
    } else {
      MDC.put(LOG_KEY, name);
    }
    spark.setLocalProperty(TASK_LOG + LOG_KEY, name);
  }

  /** Goes back to the part before. */
  void end() {
    if (!spark.isStopped()) {
      spark.setLocalProperty(GROUP, group);
      spark.setLocalProperty(DESCRIPTION, description);
      log(spark, logged);
    }
  }
}
