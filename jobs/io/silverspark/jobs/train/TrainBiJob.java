package io.silverspark.jobs.train;

import io.silverspark.jobs.config.TrainSettings;
import io.silverspark.jobs.config.TrainingSource;
import io.silverspark.jobs.run.CommandRunner;
import io.silverspark.jobs.run.Job;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.run.PlannedStage;
import io.silverspark.model.loss.NamedLoss;
import java.util.List;
import picocli.CommandLine.Command;

/**
 * Fine-tunes the base model to a sentence encoder, on gold pairs, on gold and silver pairs, on
 * mined triplets, on texts with classes, or on several of these, by any loss of {@link NamedLoss}.
 * A run that was killed goes on from its last checkpoint and ends with the same weights.
 */
@Command(
    name = "train-bi",
    description =
        "Fine-tunes the sentence encoder on gold pairs, gold and silver pairs, triplets,"
            + " intents or several data sets (train.data), by the loss of train.loss.")
public final class TrainBiJob implements Job {
  /** For {@code spark-submit --class}. */
  public static void main(String[] args) {
    CommandRunner.run(new TrainBiJob(), args);
  }

  @Override
  public void run(JobContext context) {
    stage(context).run();
  }

  @Override
  public void check(JobContext context) {
    BiEncoderTraining.of(context, source(context));
  }

  @Override
  public List<PlannedStage> plan(JobContext context) {
    return List.of(stage(context).plan());
  }

  private static TrainingStage stage(JobContext context) {
    return new TrainingStage(context, BiEncoderTraining.of(context, source(context)));
  }

  private static TrainingSource source(JobContext context) {
    return TrainingSource.of(context.get(TrainSettings.DATA));
  }
}
