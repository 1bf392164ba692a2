package io.silverspark.jobs.procedures;

import io.silverspark.jobs.run.Console;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;

/**
 * A console whose whole lines go to one place, results among the remarks. After {@link #stop} the
 * next line that the work tells ends the work.
 */
final class CallLines extends OutputStream {
  private final Consumer<String> place;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private final PrintStream stream = new PrintStream(this, true, StandardCharsets.UTF_8);
  private volatile boolean stopped;

  CallLines(Consumer<String> place) {
    this.place = place;
  }

  /** Where the work tells. */
  Console console() {
    return new Console(stream, stream, false);
  }

  void stop() {
    stopped = true;
  }

  @Override
  public synchronized void write(int one) {
    if (one != '\n') {
      line.write(one);
      return;
    }
    place.accept(line.toString(StandardCharsets.UTF_8));
    line.reset();
    if (stopped) {
      throw new CancellationException("stopped");
    }
  }

  @Override
  public synchronized void close() {
    if (line.size() > 0) {
      place.accept(line.toString(StandardCharsets.UTF_8));
      line.reset();
    }
  }
}
