package io.silverspark.jobs.config;

import static io.silverspark.model.config.SettingType.name;
import static io.silverspark.model.config.SettingType.number;
import static io.silverspark.model.config.SettingType.text;
import static io.silverspark.model.config.SettingType.wholeNumber;

import io.silverspark.model.config.Setting;
import io.silverspark.model.config.SettingGroup;
import io.silverspark.model.config.SettingRule;
import io.silverspark.model.tracking.UnityCatalogRegistry;
import java.util.List;

/** When {@code retrain} trains again, and when the new model takes the place of the one in use. */
public final class RetrainSettings {
  public static final Setting<Integer> MINIMUM_NEW_ROWS =
      new Setting<>(
          "retrain.minimumNewRows",
          wholeNumber(1),
          1000,
          "Trains again when so many training and silver rows have come since the last time.");
  public static final Setting<String> METRIC =
      new Setting<>(
          "retrain.metric",
          text(),
          "",
          "Metric that decides, such as sts_spearman; empty = the first one of the comparison.");
  public static final Setting<Double> MARGIN =
      new Setting<>(
          "retrain.margin",
          number(),
          0.0,
          "The new model is registered if the lower end of the paired interval of its difference to"
              + " the one in use is above this; below 0 it may be that much worse.");
  public static final Setting<String> REGISTRY =
      new Setting<>(
          "retrain.registry",
          name(),
          "${run.dir}/registry",
          "Directory with the registered models: versions/1, versions/2 and so on, and champion, a"
              + " copy of the one in use.");
  public static final Setting<String> MLFLOW =
      new Setting<>(
          "retrain.mlflow",
          text(),
          "",
          "Address of an MLflow server whose model registry gets the versions and the alias"
              + " champion, such as http://localhost:5000; MLFLOW_TRACKING_TOKEN of the environment"
              + " is sent; empty = none.");
  public static final Setting<String> UNITY_CATALOG =
      new Setting<>(
          "retrain.unityCatalog",
          text(),
          "",
          "Address of a Unity Catalog server that gets the versions with their files, such as"
              + " http://localhost:8080; MLFLOW_UC_OSS_TOKEN of the environment is sent; empty ="
              + " none.");
  public static final Setting<String> MODEL =
      new Setting<>(
          "retrain.model",
          name(),
          "silverspark",
          "Name of the model in those registries, catalog.schema.name for Unity Catalog.");

  public static final SettingGroup GROUP =
      new SettingGroup(
          "Retraining",
          List.of(MINIMUM_NEW_ROWS, METRIC, MARGIN, REGISTRY, MLFLOW, UNITY_CATALOG, MODEL),
          List.of(
              SettingRule.mustBeRead(
                  MODEL,
                  s -> !s.get(MLFLOW).isEmpty() || !s.get(UNITY_CATALOG).isEmpty(),
                  "there is neither retrain.mlflow nor retrain.unityCatalog",
                  MLFLOW,
                  UNITY_CATALOG),
              address(MLFLOW, "http://localhost:5000"),
              address(UNITY_CATALOG, "http://localhost:8080"),
              SettingRule.require(
                  s -> s.get(UNITY_CATALOG).isEmpty() || UnityCatalogRegistry.isName(s.get(MODEL)),
                  "retrain.model must be catalog.schema.name, since there is a retrain.unityCatalog.",
                  MODEL,
                  UNITY_CATALOG)));

  private RetrainSettings() {}

  private static SettingRule address(Setting<String> setting, String example) {
    return SettingRule.require(
        s -> s.get(setting).isEmpty() || s.get(setting).matches("https?://[^/\\s]+.*"),
        "%s must be an address such as %s.".formatted(setting.key(), example),
        setting);
  }
}
