package io.silverspark.udfs.search;

import io.silverspark.udfs.serving.Lease;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The search indexes that are open in this JVM, one of each however many tasks use it. They lie on
 * disk and are mapped into memory. The longest unused beyond {@value #KEPT} are closed, and their
 * scratch directories deleted; the others at the end of the JVM.
 */
final class SharedIndexes {
  private static final int KEPT = 64;
  private static final Map<String, Entry> OPEN = new LinkedHashMap<>(16, 0.75f, true);

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(SharedIndexes::closeAll, "close indexes"));
  }

  private SharedIndexes() {}

  /**
   * Opens an index.
   *
   * @param <T> kind of index
   */
  interface Opener<T extends Closeable> {
    /**
     * Builds, copies or just opens it.
     *
     * @param scratch new directory, deleted after the index was closed
     */
    T open(Path scratch) throws IOException;
  }

  private static final class Entry {
    private Closeable index;
    private Path scratch;
    private int users;

    synchronized Closeable index(Opener<?> opener) throws IOException {
      if (index == null) {
        scratch = Files.createTempDirectory("silverspark-index");
        try {
          index = opener.open(scratch);
        } finally {
          if (index == null) {
            delete(scratch);
          }
        }
      }
      return index;
    }

    synchronized void close() {
      try {
        if (index != null) {
          index.close();
          delete(scratch);
        }
      } catch (IOException e) {
        throw new UncheckedIOException("cannot close an index in " + scratch, e);
      }
    }
  }

  /**
   * Lends an index, which is opened by the first user while the others wait.
   *
   * @param key the same for the same index
   */
  @SuppressWarnings("unchecked")
  static <T extends Closeable> Lease<T> lease(String key, Opener<T> opener) {
    Entry entry;
    synchronized (OPEN) {
      entry = OPEN.computeIfAbsent(key, name -> new Entry());
      entry.users++;
    }
    try {
      T index = (T) entry.index(opener);
      return new Lease<>(index, () -> release(entry));
    } catch (IOException e) {
      release(entry);
      throw new UncheckedIOException("cannot open the index " + key, e);
    }
  }

  private static void release(Entry entry) {
    synchronized (OPEN) {
      entry.users--;
      Iterator<Entry> oldest = OPEN.values().iterator();
      while (OPEN.size() > KEPT && oldest.hasNext()) {
        Entry candidate = oldest.next();
        if (candidate.users == 0) {
          oldest.remove();
          candidate.close();
        }
      }
    }
  }

  private static void closeAll() {
    synchronized (OPEN) {
      OPEN.values().forEach(Entry::close);
      OPEN.clear();
    }
  }

  /** Deletes a directory with all that is in it. */
  static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
