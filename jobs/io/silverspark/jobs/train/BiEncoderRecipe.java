package io.silverspark.jobs.train;

import io.silverspark.jobs.config.BiEncoderVariant;
import io.silverspark.jobs.config.TrainSettings;
import io.silverspark.jobs.ranks.RankModel;
import io.silverspark.jobs.ranks.RankRecipe;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.training.TrainableModel;
import io.silverspark.model.training.TrainingSet;
import java.nio.file.Path;
import java.util.Optional;

/** A bi-encoder as each rank trains it. */
final class BiEncoderRecipe implements RankRecipe {
  private static final long serialVersionUID = 1;

  private final String settings;
  private final BiEncoderVariant variant;
  private final TrainingSet set;
  private final ValidationScore validation;

  BiEncoderRecipe(
      String settings,
      BiEncoderVariant variant,
      TrainingSet set,
      Optional<ValidationScore> validation) {
    this.settings = settings;
    this.variant = variant;
    this.set = set;
    this.validation = validation.orElse(null);
  }

  @Override
  public RankModel open(Path model, String device) {
    JobContext context = RankContext.of("train-bi", settings);
    BiEncoderTraining training = new BiEncoderTraining(context, variant, "");
    SentenceEncoder encoder =
        SentenceEncoder.load(
            model.toString(),
            RankContext.options(context, device)
                .withPrecision(context.get(TrainSettings.PRECISION)));
    return new RankModel(
        TrainableModel.of(encoder),
        training.loss(encoder),
        training.plan(),
        set,
        training.sampler(set),
        Optional.ofNullable(validation).map(rows -> () -> rows.spearman(encoder)),
        encoder::close);
  }
}
