package io.silverspark.jobs.models;

import io.silverspark.jobs.run.JobContext;
import io.silverspark.model.disk.AtomicWrite;
import io.silverspark.model.error.UserException;
import io.silverspark.udfs.serving.HadoopDirectory;
import io.silverspark.udfs.serving.HadoopModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A finished model of a run, copied to a directory that outlives the run. */
public final class ModelCopy {
  private ModelCopy() {}

  /**
   * Copies the files; a local directory appears whole and replaces an older one.
   *
   * @param output a directory of the driver, or of another file system
   * @return the directory, absolute
   * @throws UserException if it cannot be written
   */
  public static String write(JobContext context, Path model, String output) {
    try {
      if (HadoopModels.isRemote(output)) {
        HadoopDirectory.at(output, context.spark().sessionState().newHadoopConf())
            .upload(model, file -> false);
        return output;
      }
      Path target = Path.of(output.replaceFirst("^file:(//)?(?=/)", "")).toAbsolutePath();
      AtomicWrite.directory(target, copy -> copy(model, copy));
      context.console().tell("model: " + target);
      return target.toString();
    } catch (IOException e) {
      throw new UserException("output = '%s' cannot be written: %s".formatted(output, e), e);
    }
  }

  /** Copies the files of a model into a directory that is there. */
  public static void copy(Path model, Path copy) throws IOException {
    List<Path> files;
    try (Stream<Path> tree = Files.walk(model)) {
      files = tree.sorted().toList();
    }
    for (Path file : files) {
      Path target = copy.resolve(model.relativize(file).toString());
      if (Files.isDirectory(file)) {
        Files.createDirectories(target);
      } else {
        Files.copy(file, target);
      }
    }
  }
}
