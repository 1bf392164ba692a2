package io.silverspark.model.hub;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A file to be pushed: a path in the repository and a content, on disk or in memory.
 *
 * @param path in the repository, with slashes
 * @param size bytes
 * @param disk where the content is, unless it is in memory
 * @param memory the content, empty if it is on disk; do not modify
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record UploadFile(String path, long size, Optional<Path> disk, byte[] memory) {
  private static final int SAMPLE = 512;

  /**
   * A file of a directory.
   *
   * @param root the directory
   * @param file below it
   * @return the file under its path from the root
   * @throws IOException if its size cannot be read
   */
  public static UploadFile of(Path root, Path file) throws IOException {
    String path = root.relativize(file).toString().replace('\\', '/');
    return new UploadFile(path, Files.size(file), Optional.of(file), new byte[0]);
  }

  /**
   * A content in memory.
   *
   * @param path in the repository
   * @param content not copied
   * @return the file
   */
  public static UploadFile of(String path, byte[] content) {
    return new UploadFile(path, content.length, Optional.empty(), content);
  }

  InputStream open() throws IOException {
    return disk.isPresent()
        ? new BufferedInputStream(Files.newInputStream(disk.get()))
        : new ByteArrayInputStream(memory);
  }

  /** The first bytes, from which the Hub tells text from binary. */
  byte[] sample() throws IOException {
    try (InputStream in = open()) {
      return in.readNBytes(SAMPLE);
    }
  }

  byte[] content() throws IOException {
    try (InputStream in = open()) {
      return in.readAllBytes();
    }
  }

  String sha256() throws IOException {
    try (InputStream in = open()) {
      return BlobChecksum.sha256(in);
    }
  }

  String gitSha1() throws IOException {
    try (InputStream in = open()) {
      return BlobChecksum.gitSha1(in, size);
    }
  }

  /** A part of the content with its length told, as storage hosts want it. */
  BodyPublisher body(long from, long length) {
    return BodyPublishers.fromPublisher(
        BodyPublishers.ofInputStream(() -> part(from, length)), length);
  }

  private InputStream part(long from, long length) {
    try {
      InputStream in = open();
      in.skipNBytes(from);
      return new PartStream(in, length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The first bytes of a stream. */
  private static final class PartStream extends InputStream {
    private final InputStream in;
    private long left;

    PartStream(InputStream in, long length) {
      this.in = in;
      this.left = length;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      if (left == 0) {
        return -1;
      }
      int read = in.read(buffer, offset, (int) Math.min(length, left));
      left -= Math.max(read, 0);
      return read;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
