package io.silverspark.jobs;

import io.silverspark.jobs.run.CommandRunner;
import io.silverspark.jobs.run.Console;
import io.silverspark.jobs.run.Job;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * What a command did.
 *
 * @param code exit code
 * @param out standard output
 * @param err standard error
 */
public record Commands(int code, String out, String err) {

  /** Runs a job as its command line would. */
  public static Commands run(Job job, String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console = new Console(stream(out), stream(err), false);
    int code = new CommandRunner(console).execute(job, arguments);
    return new Commands(code, text(out), text(err));
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  private static String text(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
