package io.silverspark.jobs.models;

import io.silverspark.jobs.config.ModelSettings;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.model.config.Setting;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.training.TrainingRun;

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
        .withBatchTokens(context.get(ModelSettings.BATCH_TOKENS))
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

  /**
   * The model that a training starts from, with limit of tokens and width of the settings.
   *
   * @param own setting that names it; where it is empty, {@code model.base}
   * @param layers the first ones; 0: all
   */
  public static TrainingRun.Base trained(JobContext context, Setting<String> own, int layers) {
    String named = context.get(own);
    return new TrainingRun.Base(
        named.isEmpty() ? context.get(ModelSettings.BASE) : named,
        layers,
        context.get(ModelSettings.MAX_SEQ_LENGTH),
        context.get(ModelSettings.TRUNCATE_DIM));
  }
}
