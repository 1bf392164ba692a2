package io.silverspark;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * The Python of tests: the program that {@code SILVERSPARK_PYTHON} names, else {@code python3} of
 * the path. It imports {@code udfs/python} beside its own packages.
 */
public final class Python {
  private static final String COMMAND =
      System.getenv().getOrDefault("SILVERSPARK_PYTHON", "python3");
  private static final Path PACKAGE = Path.of("udfs/python").toAbsolutePath();
  private static final int MINUTES = 10;

  /** How a program ended, and all that it wrote. */
  public record Finished(int code, String text) {}

  private Python() {}

  /** Skips the test, and says so, where these modules cannot be imported. */
  public static void assumeImports(String test, String modules) {
    if (!runs("import " + modules)) {
      String skipped =
          "%s is skipped: %s cannot import %s (SILVERSPARK_PYTHON names another Python)"
              .formatted(test, COMMAND, modules);
      System.err.println(skipped);
      Assumptions.abort(skipped);
    }
  }

  /** Whether these lines of Python end well. */
  public static boolean runs(String code) {
    try {
      return run(List.of("-c", code), Map.of()).code() == 0;
    } catch (IOException noPython) {
      return false;
    }
  }

  /**
   * Runs Python and waits, ten minutes at most.
   *
   * @throws IOException if there is no such program
   */
  public static Finished run(List<String> arguments, Map<String, String> environment)
      throws IOException {
    List<String> command = new ArrayList<>(List.of(COMMAND));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    String before = builder.environment().getOrDefault("PYTHONPATH", "");
    builder.environment().put("PYTHONPATH", PACKAGE + File.pathSeparator + before);
    builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
    Process process = builder.start();
    try {
      process.getOutputStream().close();
      Thread killer = killAfter(process);
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int code = process.waitFor();
      killer.interrupt();
      return new Finished(code, text);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      throw new IllegalStateException(e);
    }
  }

  /** A program that hangs keeps its output open: reading it would never end. */
  private static Thread killAfter(Process process) {
    Thread thread =
        new Thread(
            () -> {
              try {
                if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
                  process.destroyForcibly();
                }
              } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
              }
            });
    thread.setDaemon(true);
    thread.start();
    return thread;
  }
}
