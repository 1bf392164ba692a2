package io.silverspark.model.hub;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The two names that a file's content has: SHA-256 in Git LFS, SHA-1 in git. */
final class BlobChecksum {
  private static final int SHA256_DIGITS = 64;
  private static final int SHA1_DIGITS = 40;
  private static final int BUFFER = 1 << 20;

  private BlobChecksum() {}

  /**
   * Whether the content has the name that the Hub gave it. A tag that is neither checksum proves
   * nothing and is accepted.
   */
  static boolean matches(Path file, String etag) throws IOException {
    return switch (etag.length()) {
      case SHA256_DIGITS -> sha256(file).equals(etag);
      case SHA1_DIGITS -> gitSha1(file).equals(etag);
      default -> true;
    };
  }

  static String sha256(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return sha256(in);
    }
  }

  static String sha256(InputStream content) throws IOException {
    return digest(algorithm("SHA-256"), content);
  }

  static String gitSha1(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return gitSha1(in, Files.size(file));
    }
  }

  /** SHA-1 of {@code blob SIZE\0} and the content, as {@code git hash-object} gives it. */
  static String gitSha1(InputStream content, long size) throws IOException {
    MessageDigest digest = algorithm("SHA-1");
    digest.update(("blob " + size + "\0").getBytes(StandardCharsets.US_ASCII));
    return digest(digest, content);
  }

  private static String digest(MessageDigest digest, InputStream content) throws IOException {
    byte[] buffer = new byte[BUFFER];
    for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
      digest.update(buffer, 0, read);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest algorithm(String name) {
    try {
      return MessageDigest.getInstance(name);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has " + name, e);
    }
  }
}
