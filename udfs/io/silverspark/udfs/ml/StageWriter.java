package io.silverspark.udfs.ml;

import io.silverspark.model.error.UserException;
import io.silverspark.model.files.ModelReference;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.ml.util.DefaultParamsWriter;
import org.apache.spark.ml.util.MLWriter;

/**
 * Writes the params of a stage as Spark does and, beside them, its model unless that is built in or
 * of the Hub.
 */
final class StageWriter extends MLWriter {
  static final String MODEL = "model";

  private final EncodingStage<?> stage;

  StageWriter(EncodingStage<?> stage) {
    this.stage = stage;
  }

  /**
   * Looks for the model first, since Spark deletes what it overwrites before it writes.
   *
   * @throws UserException if the model is not there, or would be deleted
   */
  @Override
  public void save(String path) throws IOException {
    Optional<Path> model = directory();
    org.apache.hadoop.fs.Path target = new org.apache.hadoop.fs.Path(path);
    target = files(target).makeQualified(target);
    if ("file".equals(target.toUri().getScheme())
        && model.isPresent()
        && model.get().startsWith(target.toUri().getPath())) {
      throw new UserException(
          "%s: its model '%s' lies in '%s', which would be overwritten: save to another directory"
              .formatted(stage.uid(), model.get(), path));
    }
    super.save(path);
  }

  @Override
  public void saveImpl(String path) {
    try {
      Optional<Path> model = directory();
      new DefaultParamsWriter(stage).session(sparkSession()).save(path);
      if (model.isPresent()) {
        org.apache.hadoop.fs.Path target = new org.apache.hadoop.fs.Path(path, MODEL);
        files(target)
            .copyFromLocalFile(
                false, true, new org.apache.hadoop.fs.Path(model.get().toUri()), target);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the stage cannot be saved to " + path, e);
    }
  }

  private FileSystem files(org.apache.hadoop.fs.Path path) throws IOException {
    return path.getFileSystem(sparkSession().sessionState().newHadoopConf());
  }

  private Optional<Path> directory() {
    if (!stage.isDefined(stage.model())) {
      return Optional.empty();
    }
    try {
      return ModelReference.ownDirectory(stage.getModel()).map(Path::toAbsolutePath);
    } catch (UserException missing) {
      throw new UserException(
          "%s cannot be saved without its model: %s".formatted(stage.uid(), missing.getMessage()),
          missing);
    }
  }
}
