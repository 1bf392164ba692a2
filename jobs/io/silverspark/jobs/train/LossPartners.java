package io.silverspark.jobs.train;

import io.silverspark.jobs.config.ModelSettings;
import io.silverspark.jobs.config.TrainSettings;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.error.UserException;
import io.silverspark.model.loss.NamedLoss;
import io.silverspark.model.training.TrainableModel;
import io.silverspark.model.training.TrainingSet;
import java.util.Optional;

/**
 * The models that a loss needs beside the one that is trained: a frozen guide or teacher, or a
 * second copy that is trained too. Closing frees them.
 */
final class LossPartners implements AutoCloseable {
  private final SentenceEncoder encoder;
  private final Optional<SentenceEncoder> teacher;
  private final Optional<SentenceEncoder> copy;

  private LossPartners(
      SentenceEncoder encoder, Optional<SentenceEncoder> teacher, Optional<SentenceEncoder> copy) {
    this.encoder = encoder;
    this.teacher = teacher;
    this.copy = copy;
  }

  /**
   * Loads what the loss needs.
   *
   * @param context gives {@code train.teacher} and the base model
   * @param loss decides
   * @param encoder that is trained; stays owned by the caller
   */
  static LossPartners open(JobContext context, NamedLoss loss, SentenceEncoder encoder) {
    if (loss.trainsTwins()) {
      return new LossPartners(
          encoder,
          Optional.empty(),
          Optional.of(
              SentenceEncoder.load(
                  context.get(ModelSettings.BASE),
                  ModelOptions.ofBase(context)
                      .withPrecision(context.get(TrainSettings.PRECISION)))));
    }
    if (loss.teacher() == NamedLoss.Teacher.SENTENCE_ENCODER) {
      SentenceEncoder model =
          SentenceEncoder.load(context.get(TrainSettings.TEACHER), ModelOptions.of(context));
      return new LossPartners(encoder, Optional.of(model), Optional.empty());
    }
    return new LossPartners(encoder, Optional.empty(), Optional.empty());
  }

  /**
   * Refuses losses that need another model, which ranks do not have.
   *
   * @throws UserException with the remedy
   */
  static void requireNone(NamedLoss loss) {
    if (loss.trainsTwins() || loss.teacher() == NamedLoss.Teacher.SENTENCE_ENCODER) {
      throw new UserException(
          "train.loss = '%s' uses a second model, which several ranks cannot share; set train.ranks = 1"
              .formatted(loss.title()));
    }
  }

  /** What the trainer changes. */
  TrainableModel model() {
    return copy.map(twin -> TrainableModel.ofTwins(twin, encoder))
        .orElseGet(() -> TrainableModel.of(encoder));
  }

  /** The examples with the teacher's embeddings as labels, where there is a teacher. */
  TrainingSet labelled(TrainingSet set) {
    return teacher.map(set::labelledBy).orElse(set);
  }

  @Override
  public void close() {
    teacher.ifPresent(SentenceEncoder::close);
    copy.ifPresent(SentenceEncoder::close);
  }
}
