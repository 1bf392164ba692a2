package io.silverspark.jobs.models;

import io.silverspark.jobs.config.ModelSettings;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.model.encoder.Precision;
import io.silverspark.udfs.serving.EncodeSpec;
import io.silverspark.udfs.serving.ExecutorPrecision;
import java.nio.file.Files;
import java.nio.file.Path;

/** How the settings say that executors load a model. */
public final class ExecutorModel {
  private ExecutorModel() {}

  /**
   * Device, limit of tokens, width of vectors and precision of the settings.
   *
   * @param reference of the driver
   * @param layers first layers to keep; 0 = all
   */
  public static EncodeSpec of(JobContext context, String reference, int layers) {
    return of(context, located(reference), context.get(ModelSettings.PRECISION)).withLayers(layers);
  }

  /**
   * Device, limit of tokens and width of vectors of the settings, all layers.
   *
   * @param reference of the driver, taken as it is
   * @param precision of the matrix products; auto is decided here, for all executors
   */
  public static EncodeSpec of(JobContext context, String reference, Precision precision) {
    EncodeSpec spec =
        EncodeSpec.of(reference)
            .withPrecision(precision)
            .withDevice(context.get(ModelSettings.DEVICE))
            .withMaxSequenceLength(context.get(ModelSettings.MAX_SEQ_LENGTH))
            .withTruncateDim(context.get(ModelSettings.TRUNCATE_DIM))
            .withBatchTokens(context.get(ModelSettings.BATCH_TOKENS));
    return precision == Precision.AUTO ? ExecutorPrecision.decide(context.spark(), spec) : spec;
  }

  /** A directory by its absolute path, since executors work elsewhere. */
  public static String located(String reference) {
    return !reference.contains(":") && Files.isDirectory(Path.of(reference))
        ? Path.of(reference).toAbsolutePath().toString()
        : reference;
  }
}
