package io.silverspark.jobs.tracking;

import io.silverspark.jobs.config.SettingEvidence;
import io.silverspark.jobs.config.TrackingSettings;
import io.silverspark.jobs.run.JobContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Where trainings are tracked. */
public final class TrackingEvidence {
  private TrackingEvidence() {}

  public static void add(SettingEvidence evidence, Path directory) {
    evidence.changes(
        TrackingSettings.KIND,
        "mlflow",
        context -> {
          RunTracking.training(context, "train-cross", "0123456789abcdef").close();
          return Files.isDirectory(Path.of(context.get(TrackingSettings.DIR), "mlruns"));
        },
        "tracking.dir=" + directory.resolve("kinds"));
    evidence.changes(
        TrackingSettings.DIR,
        directory.resolve("there").toString(),
        context -> {
          RunTracking.training(context, "train-cross", "0123456789abcdef").close();
          return Files.isDirectory(directory.resolve("there"));
        },
        "tracking.dir=" + directory.resolve("here"),
        "tracking.kind=mlflow");
    evidence.changes(
        TrackingSettings.EXPERIMENT,
        "banking",
        context ->
            experiments(context, directory.resolve(context.get(TrackingSettings.EXPERIMENT))),
        "tracking.kind=mlflow");
  }

  private static List<String> experiments(JobContext context, Path home) throws Exception {
    JobContext there =
        context.with("train-cross", context.settings().with(TrackingSettings.DIR, home.toString()));
    RunTracking.training(there, "train-cross", "0123456789abcdef").close();
    try (Stream<Path> files = Files.list(home.resolve("mlruns"))) {
      return files
          .map(file -> file.resolve("meta.yaml"))
          .filter(Files::exists)
          .map(TrackingEvidence::name)
          .sorted()
          .toList();
    }
  }

  private static String name(Path meta) {
    try {
      return Files.readAllLines(meta).stream()
          .filter(line -> line.startsWith("name:"))
          .findFirst()
          .orElseThrow();
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
