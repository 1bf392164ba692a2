package io.silverspark.model.tracking;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A run as TensorBoard reads it: a directory with one event file for each process that worked on
 * the run. {@code tensorboard --logdir} is given the directory above it.
 */
public final class TensorBoardRun implements RunTracker {
  private static final AtomicInteger FILES = new AtomicInteger();
  private static final long FLUSH_NANOS = 1_000_000_000L;

  private final OutputStream file;
  private long flushed = System.nanoTime();

  private TensorBoardRun(OutputStream file) {
    this.file = file;
  }

  /**
   * Opens a new event file. The caller closes it.
   *
   * @param directory of the run, created if need be
   * @throws UncheckedIOException if it cannot be written
   */
  public static TensorBoardRun open(Path directory) {
    try {
      Files.createDirectories(directory);
      String name =
          "events.out.tfevents.%d.silverspark.%d.%d"
              .formatted(
                  System.currentTimeMillis() / 1000,
                  ProcessHandle.current().pid(),
                  FILES.incrementAndGet());
      OutputStream out =
          new BufferedOutputStream(
              Files.newOutputStream(directory.resolve(name), StandardOpenOption.CREATE_NEW));
      TensorBoardRun run = new TensorBoardRun(out);
      run.write(EventRecord.fileVersion(now()));
      return run;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write event files to " + directory, e);
    }
  }

  /** As a table in the tab Text. */
  @Override
  public void parameters(Map<String, String> values) {
    StringBuilder table = new StringBuilder("| parameter | value |\n| --- | --- |\n");
    new TreeMap<>(values)
        .forEach(
            (name, value) ->
                table
                    .append("| ")
                    .append(name)
                    .append(" | ")
                    .append(value.replace("|", "\\|").replace("\n", " "))
                    .append(" |\n"));
    write(EventRecord.text(now(), 0, "parameters", table.toString()));
  }

  @Override
  public void scalar(String name, long step, double value) {
    if (Double.isFinite(value)) {
      write(EventRecord.scalar(now(), step, name, value));
    }
  }

  @Override
  public void resumeAt(long step) {
    write(EventRecord.sessionStart(now(), step));
  }

  /** Nothing to write: TensorBoard knows no status. */
  @Override
  public void finish(Status status) {}

  private void write(byte[] event) {
    try {
      file.write(EventRecord.framed(event));
      if (System.nanoTime() - flushed > FLUSH_NANOS) { // so that a running job can be watched
        file.flush();
        flushed = System.nanoTime();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write an event file", e);
    }
  }

  private static double now() {
    return System.currentTimeMillis() / 1e3;
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close an event file", e);
    }
  }
}
