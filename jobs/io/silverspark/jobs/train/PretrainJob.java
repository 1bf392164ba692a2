package io.silverspark.jobs.train;

import io.silverspark.jobs.run.CommandRunner;
import io.silverspark.jobs.run.Job;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.run.PlannedStage;
import java.util.List;
import picocli.CommandLine.Command;

/**
 * Trains the base model on texts without labels, of the domain that it is meant for. What it writes
 * is an ordinary model: name its directory in {@code model.base}, or let {@code pipeline.pretrain}
 * do so. A run that was killed goes on from its last checkpoint and ends with the same weights.
 */
@Command(
    name = "pretrain",
    description =
        "Trains the base model on unlabelled texts: TSDAE, masked language model or SimCSE"
            + " (pretrain.method).")
public final class PretrainJob implements Job {
  /** For {@code spark-submit --class}. */
  public static void main(String[] args) {
    CommandRunner.run(new PretrainJob(), args);
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
    return new TrainingStage(context, PretrainTraining.of(context));
  }
}
