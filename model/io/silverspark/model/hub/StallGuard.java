package io.silverspark.model.hub;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Closes a body from which nothing came for a minute: java.net.http limits the time until an answer
 * begins, but not the time that its body may take.
 */
final class StallGuard implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final ScheduledExecutorService CLOCK =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread thread = new Thread(work, "silverspark-hub-clock");
            thread.setDaemon(true);
            return thread;
          });

  private final InputStream body;
  private final AtomicLong last = new AtomicLong(System.nanoTime());
  private final ScheduledFuture<?> watch;
  private volatile boolean stalled;

  StallGuard(InputStream body) {
    this.body = body;
    this.watch = CLOCK.scheduleWithFixedDelay(this::look, 5, 5, TimeUnit.SECONDS);
  }

  private void look() {
    if (System.nanoTime() - last.get() > LIMIT.toNanos()) {
      stalled = true;
      try {
        body.close();
      } catch (IOException e) {
        // the reader fails anyway
      }
    }
  }

  int read(byte[] buffer) throws IOException {
    int read;
    try {
      read = body.read(buffer);
    } catch (IOException e) {
      throw stalled ? new IOException("nothing arrived for " + LIMIT.toSeconds() + " s", e) : e;
    }
    last.set(System.nanoTime());
    return read;
  }

  @Override
  public void close() {
    watch.cancel(false);
  }
}
