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

  interface Content {
    void writeTo(FileChannel channel) throws IOException;
  }

  /**
   * Writes a text in UTF-8, replacing an older file; missing directories are made.
   *
   * @throws UserException if the file cannot be written
   */
  public static void write(Path file, String text) {
    try {
      replace(file, text);
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  /** The same, for those who have their own way with what cannot be written. */
  public static void replace(Path file, String text) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    replace(file, content(text.getBytes(StandardCharsets.UTF_8)));
  }

  static void write(Path file, byte[] bytes) {
    write(file, content(bytes));
  }

  static void write(Path file, Content content) {
    try {
      replace(file, content);
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  private static void replace(Path file, Content content) throws IOException {
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
    } finally {
      partial.toFile().delete();
    }
  }

  private static Content content(byte[] bytes) {
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

  /** Makes a rename survive a power cut, where the system can open a directory. */
  static void force(Path directory) {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // Windows cannot; the files themselves have been forced.
    }
  }
}
