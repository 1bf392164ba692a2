package io.silverspark.model.disk;

import io.silverspark.model.error.UserException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Files and directories that appear whole or not at all: written beside their place under a hidden
 * name of their own, then renamed.
 */
public final class AtomicWrite {
  private static final String PARTIAL = ".partial";

  /** What was there, while another takes its place: always whole. */
  private static final String REPLACED = ".replaced";

  private static final int UUID_LENGTH = 36;

  /** What a killed process left behind is removed by the next write after this time. */
  private static final Duration ABANDONED = Duration.ofHours(1);

  /** How often another process may put its own directory there between two moves of this one. */
  private static final int ATTEMPTS = 50;

  private AtomicWrite() {}

  /** Writes the content of a file. */
  @FunctionalInterface
  public interface FileContent {
    /** Called once, with an empty file. */
    void writeTo(FileChannel channel) throws IOException;
  }

  /** Fills a directory. */
  @FunctionalInterface
  public interface DirectoryContent {
    /**
     * Called once.
     *
     * @param directory empty
     */
    void writeTo(Path directory) throws IOException;
  }

  /**
   * Writes a text in UTF-8 and forces it to disk, replacing an older file; missing directories are
   * made. Of two processes that write the same file the last one's stays.
   *
   * @throws UserException if the file cannot be written
   */
  public static void file(Path file, String text) {
    try {
      text(file, text);
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  /** As {@link #file(Path, String)}, for callers that handle failures themselves. */
  public static void text(Path file, String text) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    replaceFile(file, content(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** As {@link #file(Path, String)}, with bytes; its directory must exist. */
  public static void file(Path file, byte[] bytes) {
    file(file, content(bytes));
  }

  /** As {@link #file(Path, byte[])}, for content that need not be in memory at once. */
  public static void file(Path file, FileContent content) {
    try {
      replaceFile(file, content);
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  private static void replaceFile(Path file, FileContent content) throws IOException {
    Path partial = partial(file);
    try {
      try (FileChannel channel =
          FileChannel.open(partial, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        content.writeTo(channel);
        channel.force(true);
      }
      rename(partial, file);
    } finally {
      partial.toFile().delete();
    }
  }

  private static FileContent content(byte[] bytes) {
    return channel -> {
      ByteBuffer left = ByteBuffer.wrap(bytes);
      while (left.hasRemaining()) {
        channel.write(left);
      }
    };
  }

  private static UserException unwritable(Path file, IOException cause) {
    return new UserException(file + " cannot be written: " + cause, cause);
  }

  /**
   * Writes a directory, replacing an older one; missing parents are made. Of two processes that
   * write the same directory the last one's stays.
   *
   * @param content writes the files and forces them to disk
   */
  public static void directory(Path directory, DirectoryContent content) throws IOException {
    Path target = directory.toAbsolutePath();
    Path partial = partial(target);
    try {
      Files.createDirectories(target.getParent());
      recover(target);
      removeAbandoned(target);
      Files.createDirectory(partial);
      content.writeTo(partial);
      replaceDirectory(target, partial);
    } finally {
      removeQuietly(partial);
    }
  }

  /**
   * Puts back a directory that is missing because a process was killed while it replaced it. A
   * write does so by itself; readers that must not take it for a new one call this first.
   *
   * @param directory left as it is if it is there, or if nothing is left of it
   */
  public static void recover(Path directory) throws IOException {
    Path target = directory.toAbsolutePath();
    for (int attempt = 1; !Files.exists(target); attempt++) {
      Optional<Path> newest =
          siblings(target, REPLACED).stream()
              .max(Comparator.comparingLong(path -> path.toFile().lastModified()));
      if (newest.isEmpty()) {
        return;
      }
      try {
        rename(newest.get(), target);
      } catch (IOException e) { // its process lives and was faster
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  /**
   * Writes a directory of which every process writes the same content: the first one's stays, and
   * those after it do nothing.
   *
   * @param directory missing parents are made
   */
  public static void directoryOnce(Path directory, DirectoryContent content) throws IOException {
    if (Files.isDirectory(directory)) {
      return;
    }
    Path partial = partial(directory);
    try {
      Files.createDirectories(partial);
      content.writeTo(partial);
      renameUnlessThere(partial, directory);
    } finally {
      removeQuietly(partial);
    }
  }

  private static void renameUnlessThere(Path partial, Path directory) throws IOException {
    try {
      rename(partial, directory);
    } catch (IOException e) { // of which kind depends on the system
      if (!Files.isDirectory(directory)) {
        throw e;
      }
    }
  }

  /** A hidden name beside a file or directory, which no other write uses. */
  public static Path partial(Path target) {
    return sibling(target, PARTIAL);
  }

  private static Path sibling(Path target, String suffix) {
    return target
        .toAbsolutePath()
        .resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + suffix);
  }

  /**
   * Gives a finished file or directory its name, and makes that survive a power cut.
   *
   * @param target a file is replaced; a directory must be empty or not exist
   */
  public static void rename(Path partial, Path target) throws IOException {
    Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
    try (FileChannel parent =
        FileChannel.open(target.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
      parent.force(true);
    } catch (IOException e) {
      // Windows cannot open a directory; the files themselves have been forced.
    }
  }

  /** What was there is kept until the new one is in its place, and put back where that fails. */
  private static void replaceDirectory(Path target, Path partial) throws IOException {
    Path old = null;
    for (int attempt = 1; ; attempt++) {
      try {
        Path aside = sibling(target, REPLACED);
        if (setAside(target, aside)) {
          discard(old, target);
          old = aside;
        }
        rename(partial, target);
        discard(old, target);
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
        rename(old, target);
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

  private static void removeAbandoned(Path target) throws IOException {
    Instant limit = Instant.now().minus(ABANDONED);
    for (Path path : siblings(target, PARTIAL)) {
      if (isOlder(path, limit)) {
        removeQuietly(path);
      }
    }
    List<Path> replaced = siblings(target, REPLACED);
    if (Files.exists(target)) { // looked at after them, so it has taken their place
      replaced.forEach(path -> discard(path, target));
    }
  }

  /** The hidden names beside a target that writes of it use. */
  private static List<Path> siblings(Path target, String suffix) throws IOException {
    String prefix = "." + target.getFileName() + ".";
    int length = prefix.length() + UUID_LENGTH + suffix.length();
    if (!Files.isDirectory(target.getParent())) {
      return List.of();
    }
    try (Stream<Path> siblings = Files.list(target.getParent())) {
      return siblings
          .filter(
              path -> {
                String name = path.getFileName().toString();
                return name.length() == length && name.startsWith(prefix) && name.endsWith(suffix);
              })
          .toList();
    }
  }

  private static boolean isOlder(Path path, Instant limit) throws IOException {
    try {
      return Files.getLastModifiedTime(path).toInstant().isBefore(limit);
    } catch (NoSuchFileException e) {
      return false; // another process has just given it its name
    }
  }

  /** Under another name first: nobody may put back what is half removed. */
  private static void discard(Path old, Path target) {
    if (old == null) {
      return;
    }
    Path garbage = partial(target);
    try {
      Files.move(old, garbage, StandardCopyOption.ATOMIC_MOVE);
      removeQuietly(garbage);
    } catch (IOException e) {
      // Another process has put it back or removed it; what stays goes with the next write.
    }
  }

  private static void removeQuietly(Path directory) {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(directory)) {
      paths.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
    } catch (IOException | UncheckedIOException e) {
      // What stays is hidden, whole or not, and goes with the next write after ABANDONED.
    }
  }
}
