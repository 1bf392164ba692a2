package io.silverspark.udfs.serving;

import io.silverspark.model.files.ModelReference;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Tells whether a model directory still has the content it had. The SHA-256 of all files is taken
 * again only when a file's size, time or identity changed, so asking is cheap.
 */
public final class ModelFingerprint {
  private static final Map<Path, Snapshot> SNAPSHOTS = new ConcurrentHashMap<>();

  private record Snapshot(List<String> stats, String hash) {}

  private ModelFingerprint() {}

  /** The fingerprint of a model; empty for one that is not a directory, which cannot change. */
  public static String of(String reference) {
    return localDirectory(reference).map(ModelFingerprint::ofModel).orElse("");
  }

  private static Optional<Path> localDirectory(String reference) {
    if (HadoopModels.isRemote(reference)) {
      return Optional.of(HadoopModels.localCopy(reference));
    }
    try {
      return Optional.of(Path.of(reference).toAbsolutePath()).filter(Files::isDirectory);
    } catch (InvalidPathException notAPath) {
      return Optional.empty();
    }
  }

  /** An adapter alone is another model when its base is. */
  private static String ofModel(Path directory) {
    String own = ofDirectory(directory);
    return ModelReference.adapterBase(directory)
        .map(base -> own + "-" + ofDirectory(base.toAbsolutePath()))
        .orElse(own);
  }

  private static String ofDirectory(Path directory) {
    try {
      List<Path> files = files(directory);
      List<String> stats = stats(files);
      Snapshot known = SNAPSHOTS.get(directory);
      if (known == null || !known.stats().equals(stats)) {
        known = new Snapshot(stats, hash(directory, files));
        SNAPSHOTS.put(directory, known);
      }
      return known.hash();
    } catch (IOException e) {
      throw new UncheckedIOException("model directory '" + directory + "' cannot be read", e);
    }
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> tree = Files.walk(directory)) {
      return tree.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static List<String> stats(List<Path> files) throws IOException {
    List<String> stats = new java.util.ArrayList<>();
    for (Path file : files) {
      BasicFileAttributes stat = Files.readAttributes(file, BasicFileAttributes.class);
      stats.add(file + "|" + stat.size() + "|" + stat.lastModifiedTime() + "|" + stat.fileKey());
    }
    return stats;
  }

  private static String hash(Path directory, List<Path> files) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (Path file : files) {
        digest.update(directory.relativize(file).toString().getBytes("UTF-8"));
        digest.update((byte) 0);
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
          in.transferTo(java.io.OutputStream.nullOutputStream());
        }
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
