package io.silverspark.jobs.train;

import io.silverspark.jobs.run.CommandRunner;
import io.silverspark.jobs.run.Job;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.run.PlannedStage;
import java.util.List;
import picocli.CommandLine.Command;

/**
 * Fine-tunes a cross-encoder on the gold pairs. By default one label learns the similarity by
 * binary cross-entropy on the soft score, several learn the class; {@code cross.loss} names another
 * loss, of which those of lists learn from {@code cross.lists}. With {@code cross.bothOrders} each
 * pair with a graded score is seen as (A, B) and as (B, A), as in Augmented SBERT (Thakur et al.
 * 2021, arXiv:2010.08240).
 */
@Command(
    name = "train-cross",
    description = "Fine-tunes a cross-encoder on the gold pairs, to label silver pairs with it.")
public final class TrainCrossJob implements Job {
  /** For {@code spark-submit --class}. */
  public static void main(String[] args) {
    CommandRunner.run(new TrainCrossJob(), args);
  }

  @Override
  public void run(JobContext context) {
    stage(context).run();
  }

  @Override
  public List<PlannedStage> plan(JobContext context) {
    return List.of(stage(context).plan());
  }

  private static TrainingStage stage(JobContext context) {
    return new TrainingStage(context, new CrossEncoderTraining(context));
  }
}
