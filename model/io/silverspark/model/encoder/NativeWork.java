package io.silverspark.model.encoder;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * Work in PyTorch's library that the end of the process waits for: a batch, a training step. While
 * a JVM ends, native libraries tear down what they hold, and a thread that is still inside then
 * crashes the process. So the end waits for what runs, up to {@value #PATIENCE_SECONDS} seconds,
 * and what would begin after that never does: its thread waits until it is gone with the process.
 */
public final class NativeWork {
  private static final long PATIENCE_SECONDS = 20;

  /** Work holds it for reading; the end takes it for writing and keeps it. */
  private static final ReentrantReadWriteLock RUNNING = new ReentrantReadWriteLock();

  static {
    try {
      Runtime.getRuntime().addShutdownHook(new Thread(NativeWork::end, "native-work-end"));
    } catch (IllegalStateException ending) {
      RUNNING.writeLock().lock();
    }
  }

  private NativeWork() {}

  /** Does one piece of work in the calling thread. Short pieces let the process end soon. */
  public static <T> T run(Supplier<T> work) {
    RUNNING.readLock().lock();
    try {
      return work.get();
    } finally {
      RUNNING.readLock().unlock();
    }
  }

  /** The same for work without a result. */
  public static void run(Runnable work) {
    run(
        () -> {
          work.run();
          return null;
        });
  }

  private static void end() {
    try {
      boolean unused = RUNNING.writeLock().tryLock(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
