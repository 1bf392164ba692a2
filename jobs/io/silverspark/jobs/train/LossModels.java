package io.silverspark.jobs.train;

import io.silverspark.jobs.config.ModelSettings;
import io.silverspark.jobs.config.TrainSettings;
import io.silverspark.jobs.models.ModelOptions;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.error.UserException;
import io.silverspark.model.loss.NamedLoss;
import io.silverspark.model.prompt.Prompt;
import io.silverspark.model.training.TrainableModel;
import io.silverspark.model.training.TrainingSet;
import java.util.List;
import java.util.Optional;

/**
 * The models that a loss needs beside the one that is trained: a frozen guide or teacher, or a
 * second copy that is trained too. Closing frees them.
 */
final class LossModels implements AutoCloseable {
  private final NamedLoss loss;
  private final SentenceEncoder encoder;
  private final Optional<SentenceEncoder> teacher;
  private final Optional<SentenceEncoder> copy;

  private LossModels(
      NamedLoss loss,
      SentenceEncoder encoder,
      Optional<SentenceEncoder> teacher,
      Optional<SentenceEncoder> copy) {
    this.loss = loss;
    this.encoder = encoder;
    this.teacher = teacher;
    this.copy = copy;
  }

  /**
   * Loads what the loss needs.
   *
   * @param data its loss decides; its settings name teacher and base model
   * @param encoder that is trained; stays owned by the caller
   */
  static LossModels open(BiEncoderDataset data, SentenceEncoder encoder) {
    NamedLoss loss = data.loss();
    JobContext context = data.context();
    if (loss.trainsTwins()) {
      return new LossModels(
          loss,
          encoder,
          Optional.empty(),
          Optional.of(
              SentenceEncoder.load(
                  context.get(ModelSettings.BASE),
                  ModelOptions.ofBase(context)
                      .withPrecision(context.get(TrainSettings.PLAN.precision())))));
    }
    if (loss.teacher() == NamedLoss.Teacher.SENTENCE_ENCODER) {
      SentenceEncoder model =
          SentenceEncoder.load(context.get(TrainSettings.TEACHER), ModelOptions.of(context));
      return new LossModels(loss, encoder, Optional.of(model), Optional.empty());
    }
    return new LossModels(loss, encoder, Optional.empty(), Optional.empty());
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

  /**
   * The examples with the teacher's embeddings as labels, where there is a teacher.
   *
   * @param prompts of the columns that the model reads
   */
  TrainingSet labelled(TrainingSet set, List<String> prompts) {
    return teacher.map(model -> set.labelledBy(model, prompts(loss, prompts))).orElse(set);
  }

  /**
   * The prompts that a teacher reads. A guide reads what the model reads; a teacher of embeddings
   * reads texts behind its own default prompt, as in sentence-transformers.
   *
   * @param ofModel the prompts of the columns that the model reads
   */
  static List<Prompt> prompts(NamedLoss loss, List<String> ofModel) {
    boolean isGuide = loss == NamedLoss.GIST_EMBED || loss == NamedLoss.CACHED_GIST_EMBED;
    return isGuide ? ofModel.stream().map(Prompt::of).toList() : List.of(Prompt.DEFAULT);
  }

  @Override
  public void close() {
    teacher.ifPresent(SentenceEncoder::close);
    copy.ifPresent(SentenceEncoder::close);
  }
}
