package io.silverspark.jobs.config;

import static io.silverspark.model.config.SettingType.name;
import static io.silverspark.model.config.SettingType.text;

import io.silverspark.model.config.Setting;
import io.silverspark.model.config.SettingGroup;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Where the course of trainings and the results of evaluations are told besides the tables. */
public final class TrackingSettings {
  private static final Set<String> TOOLS = Set.of("tensorboard", "mlflow");
  private static final String NONE = "none";

  public static final Setting<String> KIND =
      new Setting<>(
          "tracking.kind",
          text()
              .where(
                  "that is none, or of tensorboard, mlflow, separated by commas",
                  kind -> kind.strip().equals(NONE) || TOOLS.containsAll(words(kind))),
          NONE,
          "Tools that follow train-cross, train-bi and evaluate: event files for TensorBoard, the"
              + " file store of MLflow.");
  public static final Setting<String> DIR =
      new Setting<>(
          "tracking.dir",
          name(),
          "${run.dir}/tracking",
          "With a tracking.kind: local directory for tensorboard/RUN/STAGE and mlruns; set one for"
              + " several runs to see them together.");
  public static final Setting<String> EXPERIMENT =
      new Setting<>(
          "tracking.experiment",
          name(),
          "silverspark",
          "With tracking.kind mlflow: experiment that runs belong to.");

  public static final SettingGroup GROUP =
      new SettingGroup("Tracking", List.of(KIND, DIR, EXPERIMENT));

  private TrackingSettings() {}

  /** Names of the tools, empty for none. */
  public static Set<String> tools(String kind) {
    return kind.strip().equals(NONE) ? Set.of() : words(kind);
  }

  private static Set<String> words(String kind) {
    return Arrays.stream(kind.split(",", -1)).map(String::strip).collect(Collectors.toSet());
  }
}
