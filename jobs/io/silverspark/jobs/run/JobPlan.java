package io.silverspark.jobs.run;

import io.silverspark.model.error.UserException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a command would do, in the order it would. */
public record JobPlan(List<PlannedStage> stages) {
  /** Copies the list. */
  public JobPlan {
    stages = List.copyOf(stages);
  }

  /** Asks a job; a mistake that keeps it from running is part of the plan. */
  public static JobPlan of(Job job, JobContext context) {
    try {
      job.check(context);
      return new JobPlan(job.plan(context));
    } catch (UserException reason) {
      return new JobPlan(List.of(PlannedStage.blocked(context.command(), reason)));
    }
  }

  /** The first stage that cannot run as things are. */
  Optional<PlannedStage> blocked() {
    return stages.stream()
        .filter(stage -> stage.status() == PlannedStage.Status.BLOCKED)
        .findFirst();
  }

  /** One line per stage, aligned, with rows, outputs and notes below. */
  String render() {
    int width = stages.stream().mapToInt(stage -> stage.stage().length()).max().orElse(0);
    String form = "%-" + width + "s  %s";
    StringBuilder text = new StringBuilder();
    for (PlannedStage stage : stages) {
      text.append(form.formatted(stage.stage(), stage.status().words())).append('\n');
      line(text, width, "reads", rows(stage.rows()));
      line(text, width, "writes", String.join(", ", stage.writes()));
      line(text, width, "", stage.note());
    }
    return text.append("Dry run: nothing was written.").toString();
  }

  private static void line(StringBuilder text, int width, String label, String content) {
    if (!content.isEmpty()) {
      text.append(" ".repeat(width + 2));
      text.append(label.isEmpty() ? content : label + " " + content).append('\n');
    }
  }

  private static String rows(Map<String, Long> rows) {
    return rows.entrySet().stream()
        .map(e -> String.format(Locale.ROOT, "%s (%,d rows)", e.getKey(), e.getValue()))
        .collect(Collectors.joining(", "));
  }
}
