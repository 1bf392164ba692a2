package io.silverspark.udfs;

import io.silverspark.model.error.UserException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkFiles;

/**
 * Model directories of the driver that executors are given by Spark, so that they need not see the
 * driver's disk. Each content is sent once to each executor.
 */
final class ShippedModel {
  private static final String SCHEME = "shipped:";
  private static final String LAST_FILE = "~complete";
  private static final Set<String> SENT = ConcurrentHashMap.newKeySet();

  private ShippedModel() {}

  /**
   * Makes a model readable by every executor.
   *
   * @param spark decides whether executors are other processes
   * @param reference a directory of the driver, or any other reference
   * @return the reference for executors; unchanged in local mode and for models that are not
   *     directories
   */
  static String ship(SparkContext spark, String reference) {
    if (spark.isLocal() || !isDirectory(reference)) {
      return reference;
    }
    Path directory = Path.of(reference).toAbsolutePath();
    String name = "model-" + ModelFingerprint.of(directory.toString()).substring(0, 16);
    if (SENT.add(spark.applicationId() + name)) {
      send(spark, directory, name);
    }
    return SCHEME + name;
  }

  private static void send(SparkContext spark, Path directory, String name) {
    try {
      Path folder = Files.createTempDirectory("silverspark");
      Path archive = folder.resolve(name + ".zip");
      folder.toFile().deleteOnExit();
      archive.toFile().deleteOnExit();
      zip(directory, archive);
      spark.addArchive(archive.toUri() + "#" + name);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "model '" + directory + "' cannot be sent to the executors", e);
    }
  }

  private static boolean isDirectory(String reference) {
    try {
      return Files.isDirectory(Path.of(reference));
    } catch (InvalidPathException notAPath) {
      return false;
    }
  }

  /** Stored, not deflated: weights hardly become smaller. */
  private static void zip(Path directory, Path archive) throws IOException {
    List<Path> files;
    try (Stream<Path> tree = Files.walk(directory)) {
      files = tree.filter(Files::isRegularFile).sorted().toList();
    }
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(archive))) {
      zip.setLevel(0);
      for (Path file : files) {
        ZipEntry entry = new ZipEntry(directory.relativize(file).toString().replace('\\', '/'));
        entry.setTime(0);
        zip.putNextEntry(entry);
        Files.copy(file, zip);
        zip.closeEntry();
      }
      zip.putNextEntry(new ZipEntry(LAST_FILE));
      zip.closeEntry();
    }
  }

  /**
   * The reference as this process opens it.
   *
   * @throws UserException if the model did not come
   */
  static String resolve(String reference) {
    if (!reference.startsWith(SCHEME)) {
      return reference;
    }
    Path root = Path.of(SparkFiles.getRootDirectory());
    String name = reference.substring(SCHEME.length());
    return whole(root, name)
        .orElseThrow(
            () ->
                new UserException(
                    "model '%s' is not in %s: it belongs to another Spark application"
                        .formatted(reference, root.toAbsolutePath())))
        .toString();
  }

  /** Spark unpacks archives below the root, or in a directory of the session below it. */
  private static Optional<Path> whole(Path root, String name) {
    try (Stream<Path> children = Files.list(root)) {
      return Stream.concat(Stream.of(root), children)
          .map(parent -> parent.resolve(name))
          .filter(model -> Files.isRegularFile(model.resolve(LAST_FILE)))
          .map(Path::toAbsolutePath)
          .findFirst();
    } catch (IOException e) {
      throw new UncheckedIOException(root + " cannot be listed", e);
    }
  }
}
