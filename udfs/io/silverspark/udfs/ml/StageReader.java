package io.silverspark.udfs.ml;

import io.silverspark.udfs.serving.HadoopModels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.MLReader;

/**
 * Reads what {@link StageWriter} wrote; a model that lies beside the params becomes the stage's, as
 * a copy of this machine, so that the stage stays whole when its directory is overwritten.
 *
 * @param <S> the stage
 */
final class StageReader<S extends EncodingStage<S>> extends MLReader<S> {
  @Override
  public S load(String path) {
    S stage = new DefaultParamsReader<S>().session(sparkSession()).load(path);
    try {
      Path model = new Path(path, StageWriter.MODEL);
      FileSystem files = model.getFileSystem(sparkSession().sessionState().newHadoopConf());
      return files.exists(model) ? stage.setModel(kept(files.makeQualified(model))) : stage;
    } catch (IOException e) {
      throw new UncheckedIOException("the stage cannot be loaded from " + path, e);
    }
  }

  private static String kept(Path model) {
    URI uri = model.toUri();
    String directory = "file".equals(uri.getScheme()) ? uri.getPath() : model.toString();
    return HadoopModels.keptCopy(directory).toString();
  }
}
