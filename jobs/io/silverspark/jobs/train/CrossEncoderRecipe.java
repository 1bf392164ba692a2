package io.silverspark.jobs.train;

import io.silverspark.jobs.config.CrossSettings;
import io.silverspark.jobs.distributed.RankModel;
import io.silverspark.jobs.distributed.RankRecipe;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.stage.StageRecord;
import io.silverspark.model.encoder.CrossEncoder;
import io.silverspark.model.encoder.Precision;
import io.silverspark.model.training.MultiDataset;
import io.silverspark.model.training.TrainableModel;
import io.silverspark.model.training.TrainingSet;
import java.nio.file.Path;
import java.util.Optional;

/** A cross-encoder as each rank trains it. */
final class CrossEncoderRecipe implements RankRecipe {
  private static final long serialVersionUID = 1;

  private final String settings;
  private final TrainingSet set;

  CrossEncoderRecipe(String settings, TrainingSet set) {
    this.settings = settings;
    this.set = set;
  }

  @Override
  public Precision precision() {
    return RankContext.of(StageRecord.TRAIN_CROSS, settings).get(CrossSettings.PRECISION);
  }

  @Override
  public RankModel open(Path model, String device, Precision precision) {
    JobContext context = RankContext.of(StageRecord.TRAIN_CROSS, settings);
    CrossEncoder encoder =
        CrossEncoder.load(
            model.toString(), RankContext.options(context, device).withPrecision(precision));
    return new RankModel(
        TrainableModel.of(encoder),
        TrainCrossJob.trainingPlan(context),
        MultiDataset.of(
            set,
            CrossEncoderExamples.loss(context, encoder.labels()),
            CrossEncoderExamples.sampler(context, set)),
        Optional.empty(),
        encoder::close);
  }
}
