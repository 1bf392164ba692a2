package io.silverspark.jobs.run;

import io.silverspark.jobs.config.RunSettings;
import io.silverspark.model.config.Settings;
import io.silverspark.model.error.UserException;
import io.silverspark.udfs.serving.HadoopDirectory;
import io.silverspark.udfs.serving.HadoopModels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;

/**
 * The directory of a run: models, checkpoints, stage records and the report. Where {@code run.dir}
 * is a local path it is used as it is. Where it is another file system's ({@code s3a:}, {@code
 * abfss:}, {@code gs:}, {@code dbfs:}, {@code hdfs:}) a copy on this machine is worked on: what is
 * there already is fetched first, and {@link #publish} sends back what changed, after each stage
 * and at the end.
 */
public final class RunDirectory {
  /** Tables are written by the executors where they belong; logs and warehouse stay here. */
  private static final Pattern NOT_COPIED =
      Pattern.compile("(tables|logs|warehouse)(/.*)?|.*\\.incomplete-.*|(.*/)?\\.[^/]*\\.tmp");

  private final Path local;
  private final String shared;
  private final HadoopDirectory remote;

  private RunDirectory(Path local, String shared, HadoopDirectory remote) {
    this.local = local;
    this.shared = shared;
    this.remote = remote;
  }

  /**
   * The run directory of the settings, fetched if it is remote.
   *
   * @throws UserException if it is remote and cannot be read
   */
  static RunDirectory of(Settings settings, Supplier<Configuration> hadoop) {
    String given = settings.get(RunSettings.DIR);
    Path local = local(settings);
    if (!HadoopModels.isRemote(given)) {
      return new RunDirectory(local, local.toString(), null);
    }
    HadoopDirectory remote = HadoopDirectory.at(given, hadoop.get());
    RunDirectory directory = new RunDirectory(local, given.replaceFirst("/+$", ""), remote);
    try {
      remote.download(local, NOT_COPIED.asMatchPredicate());
    } catch (IOException e) {
      throw new UserException("run.dir = '%s' cannot be read: %s".formatted(given, e), e);
    }
    return directory;
  }

  /** Where the files of the run lie, or will lie, on this machine. */
  static Path local(Settings settings) {
    String given = settings.get(RunSettings.DIR);
    if (!HadoopModels.isRemote(given)) {
      return Path.of(given.replaceFirst("^file:(//)?(?=/)", "")).toAbsolutePath().normalize();
    }
    String name = given.replaceAll("[^A-Za-z0-9._-]+", "_");
    return CacheDirectory.of(settings).resolve("runs").resolve(name);
  }

  /** The directory on this machine, absolute. */
  public Path local() {
    return local;
  }

  /**
   * A path of the settings on this machine: one inside a remote {@code run.dir} is found in its
   * copy.
   *
   * @throws UserException if it is on another file system and outside of {@code run.dir}
   */
  public Path local(String key, String path) {
    if (remote != null && (path + "/").startsWith(shared + "/")) {
      return local.resolve(path.substring(shared.length()).replaceFirst("^/+", ""));
    }
    if (HadoopModels.isRemote(path)) {
      throw new UserException(
          "%s = '%s' is not valid: needs a local path or one inside run.dir = %s."
              .formatted(key, path, shared));
    }
    return Path.of(path).toAbsolutePath().normalize();
  }

  /**
   * How executors reach a file of the run: its place in the remote {@code run.dir}, else its
   * absolute path, which every executor must then be able to read.
   */
  public String shared(Path file) {
    return remote == null
        ? file.toString()
        : shared + "/" + local.relativize(file).toString().replace('\\', '/');
  }

  /**
   * Sends new and changed files to a remote {@code run.dir} and removes there what is gone here;
   * does nothing where it is local.
   */
  public void publish() {
    if (remote == null) {
      return;
    }
    try {
      remote.upload(local, NOT_COPIED.asMatchPredicate());
    } catch (IOException e) {
      throw new UserException(
          "run.dir = '%s' cannot be written: %s. The files are in %s.".formatted(shared, e, local),
          e);
    }
  }
}
