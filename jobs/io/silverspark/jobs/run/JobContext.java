package io.silverspark.jobs.run;

import io.silverspark.jobs.config.RunSettings;
import io.silverspark.model.config.Setting;
import io.silverspark.model.config.Settings;
import java.util.function.Supplier;
import org.apache.spark.sql.SparkSession;

/**
 * What a job gets: its settings and, once asked for, the Spark session. Whoever makes a context
 * closes it; that stops the session only if the context started it.
 */
public final class JobContext implements AutoCloseable {
  private final String command;
  private final Settings settings;
  private final Console console;
  private final RunId runId;
  private final JobResults results;
  private SparkSession session;
  private RunDirectory directory;
  private boolean started;
  private boolean readOnly;

  /** A context that starts or joins a Spark session when a job first needs one. */
  public JobContext(String command, Settings settings, Console console) {
    this(
        command,
        settings,
        console,
        RunId.fresh(settings.get(RunSettings.NAME)),
        new JobResults(),
        null);
  }

  /** A context over a session that somebody else owns. */
  public JobContext(String command, Settings settings, Console console, SparkSession session) {
    this(command, settings, console);
    this.session = session;
  }

  private JobContext(
      String command,
      Settings settings,
      Console console,
      RunId runId,
      JobResults results,
      SparkSession session) {
    this.command = command;
    this.settings = settings;
    this.console = console;
    this.runId = runId;
    this.results = results;
    this.session = session;
  }

  /** Name of the command, recorded with each write. */
  public String command() {
    return command;
  }

  /** All settings. */
  public Settings settings() {
    return settings;
  }

  /** The value of one setting. */
  public <T> T get(Setting<T> setting) {
    return settings.get(setting);
  }

  /** Where results and remarks for the user go. */
  public Console console() {
    return console;
  }

  /** Where results for machines go. */
  public JobResults results() {
    return results;
  }

  /** The same context for a job that must not write: a remote run directory is left as it is. */
  JobContext readOnly() {
    readOnly = true;
    return this;
  }

  /** The name of the run, recorded with each write. */
  public String runName() {
    return settings.get(RunSettings.NAME);
  }

  /** The name of this execution. */
  public RunId runId() {
    return runId;
  }

  /** The Spark session, started at the first call. */
  public synchronized SparkSession spark() {
    if (session == null) {
      started = SparkSessions.isNoneActive();
      session = SparkSessions.open(settings, "SilverSpark " + command + " " + runName());
      Phase.start(session.sparkContext(), command, runId, runName()); // until a job says more
    }
    return session;
  }

  /** The files of the run on this machine; a run directory elsewhere is copied here. */
  public synchronized RunDirectory directory() {
    if (directory == null) {
      directory = RunDirectory.of(settings, () -> spark().sessionState().newHadoopConf());
    }
    return directory;
  }

  /**
   * Does a part of the work under a name that Spark's UI and the logs show.
   *
   * @param name such as {@code chunk 3 of 12}
   * @param work starts Spark jobs from this thread
   * @return what the work returns
   */
  public <T> T phase(String name, Supplier<T> work) {
    Phase phase = Phase.start(spark().sparkContext(), command, runId, name);
    try {
      return work.get();
    } finally {
      phase.end();
    }
  }

  /** The same for work without a result. */
  public void phase(String name, Runnable work) {
    phase(
        name,
        () -> {
          work.run();
          return null;
        });
  }

  /** The same session and console for another job or other settings; needs no closing. */
  public JobContext with(String otherCommand, Settings otherSettings) {
    JobContext other =
        new JobContext(otherCommand, otherSettings, console, runId, results, spark());
    if (otherSettings.get(RunSettings.DIR).equals(settings.get(RunSettings.DIR))) {
      other.directory = directory();
    }
    return other;
  }

  @Override
  public synchronized void close() {
    try {
      if (directory != null && !readOnly) {
        directory.publish();
      }
    } finally {
      if (started && session != null) {
        session.stop();
        started = false;
      }
    }
  }
}
