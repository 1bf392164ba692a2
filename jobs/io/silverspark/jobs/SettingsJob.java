package io.silverspark.jobs;

import io.silverspark.jobs.config.AllSettings;
import io.silverspark.jobs.config.CrossLossRules;
import io.silverspark.jobs.config.LossRules;
import io.silverspark.jobs.config.SettingsReference;
import io.silverspark.jobs.run.Job;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.run.PlannedStage;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows the effective settings, or the reference of all keys. */
@Command(
    name = "settings",
    description = "Checks the settings and prints their effective values as JSON.")
public final class SettingsJob implements Job {
  @Option(names = "--reference", description = "Prints all keys as Markdown tables instead.")
  private boolean reference;

  @Override
  public List<PlannedStage> plan(JobContext context) {
    return List.of(PlannedStage.reading("settings"));
  }

  @Override
  public void run(JobContext context) {
    context.results().put("settings", context.settings().plain());
    context
        .console()
        .print(
            reference
                ? SettingsReference.markdown(AllSettings.GROUPS)
                    + "\n"
                    + LossRules.markdown()
                    + "\n"
                    + CrossLossRules.markdown()
                : context.settings().indentedJson());
  }
}
