package io.silverspark.jobs.config;

import io.silverspark.model.config.SettingGroup;
import io.silverspark.model.config.SettingsReader;
import java.util.List;

/** The groups that every job reads, so that one file configures the whole pipeline. */
public final class AllSettings {
  public static final List<SettingGroup> GROUPS =
      List.of(
          RunSettings.GROUP,
          DataSettings.GROUP,
          ModelSettings.GROUP,
          GoldSettings.GROUP,
          MineSettings.GROUP,
          SearchSettings.GROUP,
          PretrainSettings.GROUP,
          CrossSettings.GROUP,
          SilverSettings.GROUP,
          TrainSettings.GROUP,
          DatasetSettings.GROUP,
          RankSettings.GROUP,
          EvaluateSettings.GROUP,
          TrackingSettings.GROUP,
          PipelineSettings.GROUP,
          RetrainSettings.GROUP);

  private AllSettings() {}

  /** A reader of all groups. */
  public static SettingsReader reader() {
    return new SettingsReader(GROUPS);
  }
}
