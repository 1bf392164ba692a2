package io.silverspark.udfs.serving;

import io.silverspark.model.disk.AtomicWrite;
import io.silverspark.model.error.UserException;
import io.silverspark.model.files.RemoteModels;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.deploy.SparkHadoopUtil;

/**
 * Models on file systems that Hadoop knows: {@code s3a://bucket/gold}, {@code abfss:}, {@code gs:},
 * {@code dbfs:}, {@code hdfs:}. Each process copies one to its cache directory at first use; a
 * model whose files changed is copied again.
 */
public final class HadoopModels {
  private static final Pattern URI = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:/.*");
  private static final Pattern OTHERS = Pattern.compile("(file|builtin|hf|http|https|catalog):.*");

  private HadoopModels() {}

  /** Whether a path is on a file system that only Hadoop knows. */
  public static boolean isRemote(String path) {
    return URI.matcher(path).matches() && !OTHERS.matcher(path).matches();
  }

  /** Lets every model reference of a process name such a model; Java's ServiceLoader makes it. */
  public static final class Fetcher implements RemoteModels.Fetcher {
    @Override
    public Optional<Path> fetch(String reference) {
      try {
        return isRemote(reference) ? Optional.of(localCopy(reference)) : Optional.empty();
      } catch (NoClassDefFoundError e) { // the library without Spark, or a connector by halves
        throw new UserException(
            "model '%s' cannot be reached: class %s is not on the class path"
                .formatted(reference, e.getMessage()),
            e);
      }
    }
  }

  /**
   * A copy of a model on this machine that stays as it is, whatever becomes of the directory. There
   * is one for each content.
   *
   * @param directory of this machine, or of another file system
   * @throws UserException if the model cannot be read
   */
  public static Path keptCopy(String directory) {
    if (isRemote(directory)) {
      return localCopy(directory);
    }
    Path copy = cache().resolve("content-" + ModelFingerprint.of(directory));
    HadoopDirectory source =
        HadoopDirectory.at("file:" + Path.of(directory).toAbsolutePath(), hadoop());
    try {
      AtomicWrite.directoryOnce(copy, partial -> source.download(partial, name -> false));
      return copy;
    } catch (IOException e) {
      throw new UserException("model '%s' cannot be copied: %s".formatted(directory, e), e);
    }
  }

  /**
   * The copy of a model on this machine, made if it is not there.
   *
   * @throws UserException if the model cannot be read
   */
  static Path localCopy(String reference) {
    HadoopDirectory remote = HadoopDirectory.at(reference, hadoop());
    try {
      Map<String, FileStatus> files = remote.list();
      if (files.isEmpty()) {
        throw new UserException("model '%s' is not there, or is empty".formatted(reference));
      }
      Path copy = cache().resolve(name(reference, files));
      AtomicWrite.directoryOnce(copy, partial -> remote.download(partial, name -> false));
      return copy;
    } catch (IOException e) {
      throw new UserException("model '%s' cannot be read: %s".formatted(reference, e), e);
    }
  }

  /**
   * A copy of one file, such as a settings file, made each time.
   *
   * @throws UserException if it cannot be read
   */
  public static Path localFile(String uri) {
    try {
      org.apache.hadoop.fs.Path remote = new org.apache.hadoop.fs.Path(uri);
      Path copy =
          cache().resolveSibling("files").resolve(UUID.randomUUID() + "-" + remote.getName());
      Files.createDirectories(copy.getParent());
      copy.toFile().deleteOnExit();
      remote
          .getFileSystem(hadoop())
          .copyToLocalFile(false, remote, new org.apache.hadoop.fs.Path(copy.toUri()), true);
      return copy;
    } catch (IOException | IllegalArgumentException e) {
      throw new UserException("%s cannot be read: %s".formatted(uri, e.getMessage()), e);
    }
  }

  /** The last part of the path, and a checksum of place, names, lengths and times. */
  private static String name(String reference, Map<String, FileStatus> files) {
    CRC32 state = new CRC32();
    state.update(reference.getBytes(StandardCharsets.UTF_8));
    files.forEach(
        (name, file) ->
            state.update(
                (name + file.getLen() + " " + file.getModificationTime())
                    .getBytes(StandardCharsets.UTF_8)));
    String last = reference.replaceFirst("/+$", "").replaceFirst("^.*/", "");
    return "%s-%08x".formatted(last.replaceAll("[^A-Za-z0-9._-]", "_"), state.getValue());
  }

  private static Path cache() {
    String given =
        System.getProperty(
            "silverspark.cache", System.getenv().getOrDefault("SILVERSPARK_CACHE", ""));
    return (given.isEmpty()
            ? Path.of(System.getProperty("java.io.tmpdir"), "silverspark")
            : Path.of(given))
        .resolve("models");
  }

  private static Configuration hadoop() {
    SparkEnv here = SparkEnv.get();
    return SparkHadoopUtil.get().newConfiguration(here == null ? new SparkConf() : here.conf());
  }
}
