package io.silverspark.jobs.train;

import io.silverspark.jobs.config.DatasetSettings;
import io.silverspark.jobs.config.RunSettings;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.error.UserException;
import io.silverspark.model.loss.SentenceLoss;
import io.silverspark.model.training.MultiDataset;
import io.silverspark.model.training.TrainableModel;
import io.silverspark.model.training.TrainingPart;
import io.silverspark.model.training.TrainingSet;
import java.util.ArrayList;
import java.util.List;

/** Losses, teachers and batches of a bi-encoder's data sets. Closing frees losses and teachers. */
final class BiEncoderParts implements AutoCloseable {
  private final JobContext context;
  private final SentenceEncoder encoder;
  private final List<LossModels> lossModels = new ArrayList<>();
  private final List<SentenceLoss> losses = new ArrayList<>();
  private final List<TrainingPart> parts = new ArrayList<>();

  private BiEncoderParts(JobContext context, SentenceEncoder encoder) {
    this.context = context;
    this.encoder = encoder;
  }

  /**
   * Makes what a trainer needs.
   *
   * @param context of the training
   * @param encoder that is trained; stays owned by the caller
   * @param data the data sets
   * @param sets their rows, in the same order
   */
  static BiEncoderParts open(
      JobContext context,
      SentenceEncoder encoder,
      List<BiEncoderData> data,
      List<TrainingSet> sets) {
    BiEncoderParts parts = new BiEncoderParts(context, encoder);
    try {
      for (int i = 0; i < data.size(); i++) {
        parts.add(data.get(i), sets.get(i), data.size() > 1);
      }
      return parts;
    } catch (Exception e) {
      parts.close();
      throw e;
    }
  }

  private void add(BiEncoderData data, TrainingSet set, boolean hasCompany) {
    BiEncoderLoss loss = data.loss();
    if (hasCompany && loss.name().trainsTwins()) {
      throw new UserException(
          "train.datasets: %s trains two copies of the model and cannot be mixed with other losses; train it alone (train.data = %s)"
              .formatted(loss.name().title(), data.source().setting()));
    }
    LossModels own = LossModels.open(data.context(), loss.name(), encoder);
    lossModels.add(own);
    SentenceLoss made = loss.create(data.context(), encoder);
    losses.add(made);
    parts.add(data.part(own.labelled(set, data.prompts()), made));
  }

  /** What the trainer changes. */
  TrainableModel model() {
    return lossModels.get(0).model();
  }

  /** What the trainer learns from. */
  MultiDataset dataset() {
    return dataset(context, parts);
  }

  static MultiDataset dataset(JobContext context, List<TrainingPart> parts) {
    if (parts.size() > 1) {
      return MultiDataset.of(
          parts, context.get(DatasetSettings.SAMPLER), context.get(RunSettings.SEED));
    }
    TrainingPart only = parts.get(0);
    return MultiDataset.of(only.set(), only.loss(), only.sampler());
  }

  @Override
  public void close() {
    losses.forEach(SentenceLoss::close);
    lossModels.forEach(LossModels::close);
  }
}
