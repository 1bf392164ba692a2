package io.silverspark.jobs.doctor;

import io.silverspark.jobs.doctor.Finding.Level;
import io.silverspark.jobs.run.CommandRunner;
import io.silverspark.jobs.run.FailedVerdict;
import io.silverspark.jobs.run.Job;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.run.PlannedStage;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/**
 * Checks Java, Spark, Delta, the native libraries, GPU, memory and disk of the driver by using
 * each, and explains how to fix what is wrong. Leaves nothing behind.
 */
@Command(
    name = "doctor",
    description =
        "Checks Java, Spark, Delta, native libraries, GPU, memory and disk, and explains how to"
            + " fix each; exit code 1 if something will not work.")
public final class DoctorJob implements Job {
  /** For {@code spark-submit --class}. */
  public static void main(String[] args) {
    CommandRunner.run(new DoctorJob(), args);
  }

  @Override
  public void run(JobContext context) {
    List<Finding> findings = new ArrayList<>();
    for (Check check : checks()) {
      for (Finding finding : check.run(context)) {
        findings.add(finding);
        context.results().add("findings", finding);
        context.console().print(line(finding));
      }
    }
    long failures = findings.stream().filter(f -> f.level() == Level.FAILURE).count();
    long warnings = findings.stream().filter(f -> f.level() == Level.WARNING).count();
    if (failures > 0) {
      throw new FailedVerdict("%d of %d checks failed.".formatted(failures, findings.size()));
    }
    context
        .console()
        .print(
            "All %d checks passed%s."
                .formatted(
                    findings.size(),
                    warnings == 0 ? "" : ", %d with a warning".formatted(warnings)));
  }

  @Override
  public List<PlannedStage> plan(JobContext context) {
    return List.of(PlannedStage.reading("doctor"));
  }

  private static List<Check> checks() {
    return Stream.of(
            JavaChecks.all(),
            MachineChecks.all(),
            StorageChecks.all(),
            NativeChecks.all(),
            SparkChecks.all())
        .flatMap(List::stream)
        .toList();
  }

  private static String line(Finding finding) {
    String line =
        "%-4s  %s: %s".formatted(finding.level().word(), finding.check(), finding.found());
    return finding.remedy().isEmpty() ? line : line + "\n      " + finding.remedy();
  }
}
