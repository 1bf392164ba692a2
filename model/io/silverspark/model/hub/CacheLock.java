package io.silverspark.model.hub;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One download at a time of one file, among the threads of this process and the processes of this
 * machine. A file system that cannot lock (some network mounts) leaves the threads only.
 */
final class CacheLock implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CacheLock.class);
  private static final Map<Path, ReentrantLock> THREADS = new ConcurrentHashMap<>();

  private final ReentrantLock thread;
  private FileChannel channel;
  private FileLock lock;

  private CacheLock(ReentrantLock thread) {
    this.thread = thread;
  }

  /** Waits until nobody else holds the lock. The caller closes it. */
  static CacheLock hold(Path file) throws IOException {
    Path path = file.toAbsolutePath().normalize();
    CacheLock held = new CacheLock(THREADS.computeIfAbsent(path, unused -> new ReentrantLock()));
    held.thread.lock();
    try {
      Files.createDirectories(path.getParent());
      held.channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      held.lockFile(path);
      return held;
    } catch (IOException | RuntimeException e) {
      held.close();
      throw e;
    }
  }

  private void lockFile(Path path) {
    try {
      lock = channel.lock();
    } catch (IOException e) {
      LOG.warn("{} cannot be locked, other processes are not kept out: {}", path, e.toString());
    }
  }

  /** Whether other processes are kept out too. */
  boolean isExclusive() {
    return lock != null;
  }

  @Override
  public void close() throws IOException {
    try {
      if (channel != null) {
        channel.close(); // releases the lock
      }
    } finally {
      thread.unlock();
    }
  }
}
