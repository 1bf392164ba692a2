package io.silverspark.model.files;

import io.silverspark.model.error.UserException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * A file that appears whole or not at all: written beside its place under a name of its own, forced
 * to disk, renamed. Of two processes that write the same file the last one's stays.
 */
public final class AtomicFile {
  private AtomicFile() {}

  /**
   * Writes a text in UTF-8, replacing an older file; missing directories are made.
   *
   * @throws UserException if the file cannot be written
   */
  public static void write(Path file, String text) {
    Path directory = file.toAbsolutePath().getParent();
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UserException(directory + " cannot be made: " + e, e);
    }
    ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
    write(
        file,
        channel -> {
          while (bytes.hasRemaining()) {
            channel.write(bytes);
          }
        });
  }

  interface Content {
    void writeTo(FileChannel channel) throws IOException;
  }

  static void write(Path file, Content content) {
    Path target = file.toAbsolutePath();
    Path partial =
        target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
    try {
      try (FileChannel channel =
          FileChannel.open(partial, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        content.writeTo(channel);
        channel.force(true);
      }
      Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
      force(target.getParent());
    } catch (IOException e) {
      throw new UserException(file + " cannot be written: " + e, e);
    } finally {
      partial.toFile().delete();
    }
  }

  /** Makes a rename survive a power cut, where the system can open a directory. */
  static void force(Path directory) {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // Windows cannot; the files themselves have been forced.
    }
  }
}
