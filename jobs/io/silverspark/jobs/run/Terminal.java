package io.silverspark.jobs.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * What a stream of this process leads to.
 *
 * @param interactive whether a person may be watching: lines may be overwritten
 * @param colour whether ANSI colours are wanted: interactive, {@code NO_COLOR} empty or absent
 *     (no-color.org), and {@code TERM} neither absent nor {@code dumb}
 */
public record Terminal(boolean interactive, boolean colour) {
  private static final int STANDARD_OUTPUT = 1;
  private static final int STANDARD_ERROR = 2;

  /** A file or a pipe. */
  public static final Terminal NONE = new Terminal(false, false);

  /** Standard output of this process. */
  public static Terminal ofStandardOutput() {
    return of(STANDARD_OUTPUT);
  }

  /** Standard error of this process. */
  public static Terminal ofStandardError() {
    return of(STANDARD_ERROR);
  }

  private static Terminal of(int descriptor) {
    return of(isTerminal(descriptor), System.getenv());
  }

  static Terminal of(boolean interactive, Map<String, String> environment) {
    String kind = environment.getOrDefault("TERM", "dumb");
    boolean wanted = environment.getOrDefault("NO_COLOR", "").isEmpty() && !kind.equals("dumb");
    return new Terminal(interactive, interactive && wanted);
  }

  /**
   * On Linux each stream is asked for itself. Elsewhere Java only tells of both at once, and from
   * version 22 on says so by {@code Console.isTerminal()}, which Java 17 does not have.
   */
  private static boolean isTerminal(int descriptor) {
    Path link = Path.of("/proc/self/fd/" + descriptor);
    if (Files.isSymbolicLink(link)) {
      try {
        String target = Files.readSymbolicLink(link).toString();
        return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
      } catch (IOException e) {
        return false;
      }
    }
    java.io.Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      return (boolean) java.io.Console.class.getMethod("isTerminal").invoke(console);
    } catch (ReflectiveOperationException olderJava) {
      return true;
    }
  }
}
