package io.silverspark.jobs.tracking;

import com.typesafe.config.ConfigFactory;
import io.silverspark.jobs.config.TrackingSettings;
import io.silverspark.jobs.report.RunReport;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.run.SilverSparkVersion;
import io.silverspark.jobs.stage.RunLayout;
import io.silverspark.model.error.UserException;
import io.silverspark.model.tracking.MlflowStore;
import io.silverspark.model.tracking.RunTracker;
import io.silverspark.model.tracking.TensorBoardRun;
import io.silverspark.model.tracking.TrackedRuns;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Opens the runs of the tools that the settings ask for; none by default. */
public final class RunTracking {
  private static final int SHOWN_DIGITS = 8;

  private RunTracking() {}

  /**
   * A training, from its first step on; what a killed one wrote is gone on with. Tells all settings
   * as parameters, without secrets. The caller closes it.
   *
   * @param stage such as {@code train-bi-gold}
   * @param id fingerprint of settings and inputs
   * @throws UserException if {@code tracking.dir} cannot be written
   */
  public static RunTracker training(JobContext context, String stage, String id) {
    String shown = id.substring(0, Math.min(SHOWN_DIGITS, id.length()));
    RunTracker tracker = open(context, stage, stage + "-" + shown, id);
    Map<String, String> parameters = new TreeMap<>(settings(context));
    parameters.put("stage", stage);
    parameters.put("fingerprint", id);
    parameters.put("silverspark", SilverSparkVersion.CURRENT);
    tracker.parameters(parameters);
    return tracker;
  }

  /**
   * The evaluation of a model. In MLflow a model that was trained in this run adds to the run of
   * its training. The caller closes it.
   *
   * @param model name in the comparison
   * @param id of the model in the table of models, or what tells it from others
   * @throws UserException if {@code tracking.dir} cannot be written
   */
  public static RunTracker evaluation(JobContext context, String model, String id) {
    return open(context, "evaluate " + model, "evaluate-" + model.replaceAll("[^\\w.-]+", "-"), id);
  }

  private static RunTracker open(JobContext context, String name, String directory, String id) {
    Set<String> tools = TrackingSettings.tools(context.get(TrackingSettings.KIND));
    Path home = Path.of(context.get(TrackingSettings.DIR));
    List<RunTracker> runs = new ArrayList<>();
    try {
      if (tools.contains("tensorboard")) {
        runs.add(
            TensorBoardRun.open(
                home.resolve("tensorboard").resolve(context.runName()).resolve(directory)));
      }
      if (tools.contains("mlflow")) {
        runs.add(
            new MlflowStore(home.resolve("mlruns"))
                .open(
                    context.get(TrackingSettings.EXPERIMENT),
                    context.runName() + " " + name,
                    RunLayout.of(context).directory() + " " + id));
      }
    } catch (UncheckedIOException e) {
      new TrackedRuns(runs).close();
      throw new UserException(
          "%s = '%s' cannot be written: %s"
              .formatted(TrackingSettings.DIR, home, e.getCause().toString()),
          e);
    }
    return new TrackedRuns(runs);
  }

  private static Map<String, String> settings(JobContext context) {
    Map<String, String> effective = new TreeMap<>();
    ConfigFactory.parseString(context.settings().json())
        .entrySet()
        .forEach(e -> effective.put(e.getKey(), String.valueOf(e.getValue().unwrapped())));
    return RunReport.withoutSecrets(effective);
  }
}
