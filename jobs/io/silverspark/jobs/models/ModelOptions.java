package io.silverspark.jobs.models;

import io.silverspark.jobs.config.ModelSettings;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.model.encoder.EncoderOptions;

/** How the settings say that models are loaded. */
public final class ModelOptions {
  private ModelOptions() {}

  /**
   * Device, limit of tokens, width of vectors and precision of the settings, with all layers.
   *
   * @param context gives the settings {@code model.*}
   * @return options for a model that is already cut, or that is wanted whole
   */
  public static EncoderOptions of(JobContext context) {
    return EncoderOptions.defaults()
        .withDevice(context.get(ModelSettings.DEVICE))
        .withMaxSequenceLength(context.get(ModelSettings.MAX_SEQ_LENGTH))
        .withTruncateDim(context.get(ModelSettings.TRUNCATE_DIM))
        .withPrecision(context.get(ModelSettings.PRECISION));
  }

  /**
   * The same for the base model, cut to {@code model.layers}.
   *
   * @param context gives the settings {@code model.*}
   * @return options for {@code model.base}
   */
  public static EncoderOptions ofBase(JobContext context) {
    return of(context).withLayers(context.get(ModelSettings.LAYERS));
  }
}
