package io.silverspark.jobs.pipeline;

import io.silverspark.jobs.evaluate.ComparedModels;
import io.silverspark.jobs.evaluate.EvaluateJob;
import io.silverspark.jobs.evaluate.EvaluationStage;
import io.silverspark.jobs.run.Job;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.run.PlannedStage;
import java.util.List;
import picocli.CommandLine.Command;

/** The evaluation of a run's models, skipped when neither models, data nor settings changed. */
@Command(name = "evaluate")
final class EvaluateStage implements Job {
  @Override
  public void run(JobContext context) {
    EvaluationStage stage = EvaluationStage.ofRun(context);
    if (!stage.run(ComparedModels.ofRun(context))) {
      context.console().tell("evaluate: up to date");
    }
  }

  @Override
  public List<PlannedStage> plan(JobContext context) {
    return List.of(
        EvaluateJob.plan(context, EvaluationStage.ofRun(context), ComparedModels.ofRun(context)));
  }
}
