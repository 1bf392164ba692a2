package io.silverspark.jobs;

import io.silverspark.jobs.run.Job;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.run.PlannedStage;
import java.util.List;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints the script that lets bash and zsh complete commands, options and setting keys. */
@Command(
    name = "completion",
    description =
        "Prints the completion script for bash and zsh, to be sourced; docs/start.md shows how.")
final class CompletionJob implements Job {
  @Spec private CommandSpec spec;

  @Override
  public void run(JobContext context) {
    CommandLine program = spec.root().commandLine();
    String script = AutoComplete.bash(program.getCommandName(), program);
    context.results().put("script", script);
    context.console().print(script);
  }

  @Override
  public List<PlannedStage> plan(JobContext context) {
    return List.of(PlannedStage.reading("completion"));
  }
}
