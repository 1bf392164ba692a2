package io.silverspark.jobs.run;

import io.silverspark.jobs.config.RunSettings;
import io.silverspark.model.config.Setting;
import io.silverspark.model.config.Settings;
import org.apache.spark.sql.SparkSession;

/**
 * What a job gets: its settings and, once asked for, the Spark session. Whoever makes a context
 * closes it; that stops the session only if the context started it.
 */
public final class JobContext implements AutoCloseable {
  private final String command;
  private final Settings settings;
  private final Console console;
  private SparkSession session;
  private boolean started;

  /** A context that starts or joins a Spark session when a job first needs one. */
  public JobContext(String command, Settings settings, Console console) {
    this.command = command;
    this.settings = settings;
    this.console = console;
  }

  /** A context over a session that somebody else owns. */
  public JobContext(String command, Settings settings, Console console, SparkSession session) {
    this(command, settings, console);
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

  /** The name of the run, recorded with each write. */
  public String runName() {
    return settings.get(RunSettings.NAME);
  }

  /** The Spark session, started at the first call. */
  public synchronized SparkSession spark() {
    if (session == null) {
      started = SparkSessions.isNoneActive();
      session = SparkSessions.open(settings, "SilverSpark " + command + " " + runName());
    }
    return session;
  }

  /** The same session and console for another job or other settings; needs no closing. */
  public JobContext with(String otherCommand, Settings otherSettings) {
    return new JobContext(otherCommand, otherSettings, console, spark());
  }

  @Override
  public synchronized void close() {
    if (started && session != null) {
      session.stop();
      started = false;
    }
  }
}
