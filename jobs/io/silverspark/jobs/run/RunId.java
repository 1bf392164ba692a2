package io.silverspark.jobs.run;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.MDC;

/**
 * Names one execution of a command in logs, in Spark's UI and in {@code --json}: the run's name,
 * the time in UTC and four random hexadecimal digits.
 *
 * @param text such as {@code local-20260131T093012-7f3a}
 */
public record RunId(String text) {
  /** Key of the run id in the log context. */
  static final String LOG_KEY = "run";

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss").withZone(ZoneOffset.UTC);

  /** An id that no other execution has. */
  static RunId fresh(String runName) {
    int random = ThreadLocalRandom.current().nextInt(1 << 16);
    return new RunId("%s-%s-%04x".formatted(runName, TIME.format(Instant.now()), random));
  }

  /** Puts id and command into the log context of this thread. */
  void log(String command) {
    MDC.put(LOG_KEY, text);
    MDC.put("command", command);
  }

  @Override
  public String toString() {
    return text;
  }
}
