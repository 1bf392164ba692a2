package io.silverspark.jobs.run;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * The terminal: results on standard output, remarks and progress on standard error, so that output
 * can be piped. Colours and overwritten lines only where standard error is a terminal.
 */
public final class Console {
  private static final String BOLD = "\u001b[1m";
  private static final String RED = "\u001b[31m";
  private static final String RESET = "\u001b[0m";

  private final PrintStream out;
  private final PrintStream err;
  private final Terminal terminal;

  /** A console over two streams; {@code terminal} allows lines to be overwritten. */
  public Console(PrintStream out, PrintStream err, boolean terminal) {
    this(out, err, new Terminal(terminal, false));
  }

  /** A console over two streams. */
  public Console(PrintStream out, PrintStream err, Terminal terminal) {
    this.out = out;
    this.err = err;
    this.terminal = terminal;
  }

  /** The console of this process. */
  public static Console system() {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
    return new Console(out, err, Terminal.ofStandardError());
  }

  /** The same with results among the remarks: standard output is kept for one JSON document. */
  Console withoutResults() {
    return new Console(err, err, terminal);
  }

  /** A result: one line on standard output. */
  public void print(String line) {
    out.println(line);
  }

  /** A remark for the user: one line on standard error. */
  public void tell(String line) {
    err.println(line);
  }

  /** A remark that begins a part of the work; bold on a terminal. */
  public void heading(String line) {
    tell(styled(line, BOLD));
  }

  /** Why the command ends without a result; red on a terminal. */
  public void failure(String line) {
    tell(styled(line, RED));
  }

  /**
   * Starts the progress display of a stage.
   *
   * @param stage what is done, such as {@code encode}
   * @param total units to do; 0 = not known
   */
  public Progress progress(String stage, long total) {
    return new Progress(err, terminal.interactive(), stage, total, System::nanoTime);
  }

  private String styled(String line, String style) {
    return terminal.colour() ? style + line + RESET : line;
  }
}
