package io.silverspark.jobs.explain;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.silverspark.jobs.config.RunSettings;
import io.silverspark.jobs.run.CommandRunner;
import io.silverspark.jobs.run.Job;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.run.PlannedStage;
import io.silverspark.model.error.UserException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Shows where a model came from: settings, parents, and table versions back to the files. */
@Command(
    name = "explain",
    description =
        "Shows where a model came from: table versions back to the ingested files, settings,"
            + " parent models, metrics.")
public final class ExplainJob implements Job {
  @Parameters(
      arity = "0..1",
      paramLabel = "MODEL",
      description =
          "Name in the run (gold, gold-silver, cross), id, or directory; default: all models of the"
              + " run.")
  private String model;

  /** For {@code spark-submit --class}. */
  public static void main(String[] args) {
    CommandRunner.run(new ExplainJob(), args);
  }

  @Override
  public void run(JobContext context) {
    KnownModels models = new KnownModels(context);
    List<ObjectNode> chosen = model == null ? models.latest() : List.of(models.find(model));
    if (chosen.isEmpty()) {
      throw new UserException(
          "There is no model to explain in run %s. Run 'train-bi' or 'pipeline' first."
              .formatted(context.runName()));
    }
    Explanation explanation = new Explanation(context, models);
    for (ObjectNode each : chosen) {
      ModelOrigin origin = explanation.of(each);
      context.results().add("models", origin);
      context.console().print(ExplanationText.of(origin, context.get(RunSettings.TABLES_DIR)));
    }
  }

  @Override
  public List<PlannedStage> plan(JobContext context) {
    return List.of(PlannedStage.reading("explain"));
  }
}
