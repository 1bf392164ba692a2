package io.silverspark.jobs.train;

import io.silverspark.jobs.config.ModelSettings;
import io.silverspark.jobs.config.TrainSettings;
import io.silverspark.jobs.models.ModelOptions;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.model.encoder.EncoderOptions;
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
      return new LossModels(loss, encoder, Optional.of(teacher(context, loss)), Optional.empty());
    }
    return new LossModels(loss, encoder, Optional.empty(), Optional.empty());
  }

  /**
   * A teacher of embeddings reads as much of a text as it can, as in sentence-transformers. A guide
   * reads no more than the model that is trained.
   */
  private static SentenceEncoder teacher(JobContext context, NamedLoss loss) {
    String reference = context.get(TrainSettings.TEACHER);
    int limit = context.get(ModelSettings.MAX_SEQ_LENGTH);
    EncoderOptions options = ModelOptions.of(context);
    SentenceEncoder whole = SentenceEncoder.load(reference, options.withMaxSequenceLength(0));
    boolean isCut = isGuide(loss) && limit > 0;
    if (!isCut || whole.exampleTokenizer(List.of("")).maxSeqLength() <= limit) {
      return whole;
    }
    whole.close();
    return SentenceEncoder.load(reference, options);
  }

  private static boolean isGuide(NamedLoss loss) {
    return loss == NamedLoss.GIST_EMBED || loss == NamedLoss.CACHED_GIST_EMBED;
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
    return isGuide(loss) ? ofModel.stream().map(Prompt::of).toList() : List.of(Prompt.DEFAULT);
  }

  @Override
  public void close() {
    teacher.ifPresent(SentenceEncoder::close);
    copy.ifPresent(SentenceEncoder::close);
  }
}
