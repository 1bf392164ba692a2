package io.silverspark.model.files;

import io.silverspark.model.error.UserException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** A directory that appears whole or not at all: filled beside its place, then renamed. */
final class AtomicDirectory {
  /** What a killed process left behind is removed by the next write after this time. */
  private static final Duration ABANDONED = Duration.ofHours(1);

  /** How often another process may put its own directory there between two moves of this one. */
  private static final int ATTEMPTS = 50;

  private AtomicDirectory() {}

  interface Content {
    void writeTo(Path directory) throws IOException;
  }

  static void write(Path directory, Content content) {
    Path target = directory.toAbsolutePath().normalize();
    requireReplaceable(target);
    Path partial = sibling(target, ".partial");
    try {
      Files.createDirectories(target.getParent());
      removeAbandoned(target);
      Files.createDirectory(partial);
      content.writeTo(partial);
      replace(target, partial);
      AtomicFile.force(target.getParent());
    } catch (IOException | UncheckedIOException e) {
      throw new UserException("model directory " + directory + " cannot be written: " + e, e);
    } finally {
      removeQuietly(partial);
    }
  }

  /** Only an empty directory or a model may be replaced, never a folder of other things. */
  private static void requireReplaceable(Path target) {
    try (Stream<Path> files = Files.list(target)) {
      List<String> names = files.map(file -> file.getFileName().toString()).toList();
      if (target.getParent() != null && (names.isEmpty() || names.contains("config.json"))) {
        return;
      }
    } catch (NoSuchFileException e) {
      return; // new, or another process is just replacing it
    } catch (IOException e) {
      // No directory, or one that may not be read: refused.
    }
    throw new UserException(
        "%s is not a model directory, expected a new or empty directory or a model to"
                .formatted(target)
            + " replace");
  }

  /**
   * Of processes that write the same directory at once the last one's stays. What was there is kept
   * until the new one is in its place, and put back where that fails for good.
   */
  private static void replace(Path target, Path partial) throws IOException {
    Path old = null;
    for (int attempt = 1; ; attempt++) {
      try {
        Path aside = sibling(target, ".replaced");
        if (setAside(target, aside)) {
          removeQuietly(old);
          old = aside;
        }
        Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
        removeQuietly(old);
        return;
      } catch (IOException e) { // another process put its own there between the two moves
        if (attempt == ATTEMPTS) {
          putBack(old, target, e);
          throw e;
        }
      }
    }
  }

  private static void putBack(Path old, Path target, IOException failure) {
    if (old != null) {
      try {
        Files.move(old, target, StandardCopyOption.ATOMIC_MOVE);
      } catch (IOException e) {
        failure.addSuppressed(e);
      }
    }
  }

  /** Moves away what is there, if anything is: another process may have done so already. */
  private static boolean setAside(Path target, Path old) throws IOException {
    try {
      Files.move(target, old, StandardCopyOption.ATOMIC_MOVE);
      return true;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  private static Path sibling(Path target, String suffix) {
    return target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + suffix);
  }

  private static void removeAbandoned(Path target) throws IOException {
    String ours = "." + target.getFileName() + ".";
    Instant limit = Instant.now().minus(ABANDONED);
    List<Path> abandoned;
    try (Stream<Path> siblings = Files.list(target.getParent())) {
      abandoned = siblings.filter(path -> isPartial(path, ours)).toList();
    }
    for (Path path : abandoned) {
      if (isOlder(path, limit)) {
        removeQuietly(path);
      }
    }
  }

  private static boolean isOlder(Path path, Instant limit) throws IOException {
    try {
      return Files.getLastModifiedTime(path).toInstant().isBefore(limit);
    } catch (NoSuchFileException e) {
      return false; // another process has just given it its name
    }
  }

  private static boolean isPartial(Path path, String prefix) {
    String name = path.getFileName().toString();
    return name.startsWith(prefix) && name.endsWith(".partial");
  }

  private static void removeQuietly(Path directory) {
    if (directory == null || !Files.exists(directory)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(directory)) {
      paths.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
    } catch (IOException | UncheckedIOException e) {
      // What stays is hidden, whole or not, and goes with the next write after ABANDONED.
    }
  }
}
