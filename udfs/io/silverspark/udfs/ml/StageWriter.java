package io.silverspark.udfs.ml;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.ml.util.DefaultParamsWriter;
import org.apache.spark.ml.util.MLWriter;

/**
 * Writes the params of a stage as Spark does and, beside them, its model if that is a directory.
 */
final class StageWriter extends MLWriter {
  static final String MODEL = "model";

  private final EncodingStage<?> stage;

  StageWriter(EncodingStage<?> stage) {
    this.stage = stage;
  }

  @Override
  public void saveImpl(String path) {
    try {
      new DefaultParamsWriter(stage).session(sparkSession()).save(path);
      Optional<Path> directory = directory();
      if (directory.isPresent()) {
        Configuration hadoop = sparkSession().sessionState().newHadoopConf();
        org.apache.hadoop.fs.Path target = new org.apache.hadoop.fs.Path(path, MODEL);
        FileSystem files = target.getFileSystem(hadoop);
        files.copyFromLocalFile(
            false, true, new org.apache.hadoop.fs.Path(directory.get().toUri()), target);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the stage cannot be saved to " + path, e);
    }
  }

  private Optional<Path> directory() {
    try {
      return stage.isDefined(stage.model())
          ? Optional.of(Path.of(stage.getModel()).toAbsolutePath()).filter(Files::isDirectory)
          : Optional.empty();
    } catch (InvalidPathException notAPath) {
      return Optional.empty();
    }
  }
}
