package io.silverspark.jobs.run;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * The terminal: results on standard output, remarks and progress on standard error, so that output
 * can be piped.
 */
public final class Console {
  private final PrintStream out;
  private final PrintStream err;
  private final boolean terminal;

  /** A console over two streams; {@code terminal} allows lines to be overwritten. */
  public Console(PrintStream out, PrintStream err, boolean terminal) {
    this.out = out;
    this.err = err;
    this.terminal = terminal;
  }

  /** The console of this process. */
  public static Console system() {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
    return new Console(out, err, System.console() != null);
  }

  /** A result: one line on standard output. */
  public void print(String line) {
    out.println(line);
  }

  /** A remark for the user: one line on standard error. */
  public void tell(String line) {
    err.println(line);
  }

  /**
   * Starts the progress display of a stage.
   *
   * @param stage what is done, such as {@code encode}
   * @param total units to do; 0 = not known
   */
  public Progress progress(String stage, long total) {
    return new Progress(err, terminal, stage, total, System::nanoTime);
  }
}
