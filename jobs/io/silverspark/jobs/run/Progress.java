package io.silverspark.jobs.run;

import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * One line per stage with count, rate and time left: overwritten in place on a terminal, otherwise
 * a new line every five seconds. Safe to advance from several threads.
 *
 * <pre>{@code
 * try (Progress progress = Progress.start("encode", texts.size())) {
 *   progress.advance(batch.size());
 * }
 * }</pre>
 */
public final class Progress implements AutoCloseable {
  private static final long TERMINAL_INTERVAL = TimeUnit.MILLISECONDS.toNanos(200);
  private static final long LINE_INTERVAL = TimeUnit.SECONDS.toNanos(5);

  private final PrintStream err;
  private final boolean terminal;
  private final String stage;
  private final long total;
  private final LongSupplier nanoClock;
  private final long begin;
  private final AtomicLong done = new AtomicLong();
  private String note = "";
  private long shown;
  private boolean finished;

  Progress(PrintStream err, boolean terminal, String stage, long total, LongSupplier nanoClock) {
    this.err = err;
    this.terminal = terminal;
    this.stage = stage;
    this.total = total;
    this.nanoClock = nanoClock;
    this.begin = nanoClock.getAsLong();
    this.shown = begin;
    if (terminal) {
      show();
    }
  }

  /** Starts a stage on the console of this process; {@code total} 0 = not known. */
  public static Progress start(String stage, long total) {
    return Console.system().progress(stage, total);
  }

  /** Counts {@code units} more as done. */
  public void advance(long units) {
    done.addAndGet(units);
    showIfDue();
  }

  /** Says how many units are done in all; lower counts than before are ignored. */
  public void reach(long units) {
    done.accumulateAndGet(units, Math::max);
    showIfDue();
  }

  /** Text shown behind the count, such as {@code loss 0.713}. */
  public synchronized void note(String text) {
    note = text.isEmpty() ? "" : ", " + text;
  }

  /** Prints the final line of the stage; further calls do nothing. */
  public synchronized void finish() {
    if (finished) {
      return;
    }
    finished = true;
    String line =
        "%s: %s in %s%s"
            .formatted(stage, count(done.get()), duration(elapsedSeconds()), rate() + note);
    err.println(terminal ? "\r" + line + "\u001b[K" : line);
  }

  @Override
  public void close() {
    finish();
  }

  private void showIfDue() {
    long now = nanoClock.getAsLong();
    synchronized (this) {
      if (!finished && now - shown >= (terminal ? TERMINAL_INTERVAL : LINE_INTERVAL)) {
        shown = now;
        show();
      }
    }
  }

  private synchronized void show() {
    String line = stage + ": " + state();
    if (terminal) {
      err.print("\r" + line + "\u001b[K");
      err.flush();
    } else {
      err.println(line);
    }
  }

  private String state() {
    long count = done.get();
    if (total <= 0) {
      return count(count) + rate() + note;
    }
    String share = String.format(Locale.ROOT, "%.0f %%", 100.0 * count / total);
    String left =
        count > 0 && count < total
            ? ", " + duration(elapsedSeconds() * (total - count) / count) + " left"
            : "";
    return "%s of %s (%s)%s%s%s".formatted(count(count), count(total), share, rate(), left, note);
  }

  private String rate() {
    double seconds = elapsedSeconds();
    if (seconds < 0.05 || done.get() == 0) {
      return "";
    }
    double perSecond = done.get() / seconds;
    return String.format(Locale.ROOT, perSecond < 10 ? ", %.1f/s" : ", %,.0f/s", perSecond);
  }

  private double elapsedSeconds() {
    return (nanoClock.getAsLong() - begin) / 1e9;
  }

  private static String count(long units) {
    return String.format(Locale.ROOT, "%,d", units);
  }

  /** Such as {@code 0.4 s}, {@code 12 s}, {@code 3 min 05 s} or {@code 2 h 07 min}. */
  static String duration(double seconds) {
    long whole = Math.round(seconds);
    if (seconds < 9.95) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    if (whole < 60) {
      return whole + " s";
    }
    return whole < 3600
        ? String.format(Locale.ROOT, "%d min %02d s", whole / 60, whole % 60)
        : String.format(Locale.ROOT, "%d h %02d min", whole / 3600, whole % 3600 / 60);
  }
}
