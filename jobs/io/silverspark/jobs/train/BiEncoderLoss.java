package io.silverspark.jobs.train;

import io.silverspark.jobs.config.GoldSettings;
import io.silverspark.jobs.config.LossRules;
import io.silverspark.jobs.config.RunSettings;
import io.silverspark.jobs.config.TrainSettings;
import io.silverspark.jobs.config.TrainingSource;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.stage.Fingerprint;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.error.UserException;
import io.silverspark.model.loss.ChosenLoss;
import io.silverspark.model.loss.DataShape;
import io.silverspark.model.loss.LossRecipe;
import io.silverspark.model.loss.NamedLoss;
import io.silverspark.model.loss.SentenceLoss;
import io.silverspark.model.sampling.BatchSampler;
import io.silverspark.model.training.TrainingSet;
import io.silverspark.udfs.serving.ModelFingerprint;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The loss that the settings ask for, and the rows that it takes from the data of a source.
 *
 * @param title as the model card names the loss
 * @param name of the loss; of one that wraps another, the inner one
 * @param recipe with its parameters
 * @param shape of the rows
 */
record BiEncoderLoss(String title, NamedLoss name, LossRecipe recipe, DataShape shape) {

  /**
   * Reads the settings.
   *
   * @throws UserException if the loss takes none of the rows that the data gives, or a teacher is
   *     missing
   */
  static BiEncoderLoss of(JobContext context, TrainingSource source) {
    ChosenLoss chosen = LossRules.chosen(context.settings(), source);
    NamedLoss name = chosen.loss();
    String goldSource = context.get(GoldSettings.SOURCE);
    DataShape shape =
        source.shapes(goldSource).stream()
            .filter(name.shapes()::contains)
            .findFirst()
            .orElseThrow(() -> misfit(name, source, goldSource));
    if (name.teacher() == NamedLoss.Teacher.SENTENCE_ENCODER
        && context.get(TrainSettings.TEACHER).isBlank()) {
      throw new UserException(
          "train.loss = '%s' needs a model to learn from: set train.teacher to a sentence encoder, such as builtin:all-MiniLM-L6-v2"
              .formatted(name.title()));
    }
    return new BiEncoderLoss(chosen.title(), name, chosen.read(), shape);
  }

  private static UserException misfit(NamedLoss loss, TrainingSource source, String goldSource) {
    boolean usesGold = source == TrainingSource.GOLD || source == TrainingSource.GOLD_SILVER;
    String data =
        "train.data = '%s'".formatted(source.setting())
            + (usesGold ? " of gold.source = '%s'".formatted(goldSource) : "");
    List<DataShape> offered = source.shapes(goldSource);
    String fitting =
        List.of(NamedLoss.values()).stream()
            .filter(other -> other.shapes().stream().anyMatch(offered::contains))
            .map(NamedLoss::title)
            .collect(Collectors.joining(", "));
    return new UserException(
        "train.loss = '%s' does not fit %s: it learns from %s, and the data are %s; use %s, or one of %s"
            .formatted(
                loss.title(),
                data,
                titles(List.copyOf(loss.shapes())),
                titles(offered),
                remedy(loss),
                fitting));
  }

  private static String titles(List<DataShape> shapes) {
    return shapes.stream().map(DataShape::title).collect(Collectors.joining(" or "));
  }

  /** The data that the loss was made for. */
  private static String remedy(NamedLoss loss) {
    return switch (loss.shapes().iterator().next()) {
      case SCORED_PAIRS -> "train.data = gold";
      case BINARY_PAIRS, CLASSIFIED_PAIRS, POSITIVE_PAIRS ->
          "gold.source = nli with train.data = gold";
      case TRIPLETS, TRIPLETS_WITH_MARGINS -> "train.data = triplets";
      case LABELLED_SENTENCES -> "train.data = intents";
      case SENTENCES -> "any train.data";
      case DOCUMENT_LISTS -> throw new IllegalStateException("cross-encoders learn from lists");
    };
  }

  /** Adds the model that the loss asks to what a training depends on. */
  void describe(JobContext context, Fingerprint fingerprint) {
    switch (name.teacher()) {
      case NONE -> fingerprint.input("loss", name.title());
      case SENTENCE_ENCODER ->
          fingerprint.input(
              "teacher content", ModelFingerprint.of(context.get(TrainSettings.TEACHER)));
      case CROSS_ENCODER ->
          fingerprint.input(
              "teacher content", ModelFingerprint.of(TripletRows.teacher(context).model()));
    }
  }

  /** Makes the loss for a model; the caller closes it. */
  SentenceLoss create(JobContext context, SentenceEncoder encoder) {
    return recipe.create(
        new LossRecipe.Model(
            encoder.manager(),
            encoder.trainedDimension(),
            encoder.layers(),
            context.get(RunSettings.SEED)));
  }

  /** The batches that the loss wants. */
  BatchSampler sampler(JobContext context, TrainingSet set) {
    int batchSize = context.get(TrainSettings.BATCH_SIZE);
    long seed = context.get(RunSettings.SEED);
    return switch (name.batching()) {
      case SHUFFLED -> set.shuffled(batchSize, seed);
      case NO_DUPLICATES -> set.noDuplicates(batchSize, seed);
      case GROUPED_BY_LABEL -> set.groupedByLabel(batchSize, seed);
    };
  }
}
