package io.silverspark.model.config;

import java.util.List;

/**
 * Settings that belong together, usually those of one job.
 *
 * @param title heading in the reference
 * @param settings in the order of the reference
 * @param rules conditions between settings, of other groups too
 */
public record SettingGroup(String title, List<Setting<?>> settings, List<SettingRule> rules) {
  /** Copies the lists. */
  public SettingGroup {
    settings = List.copyOf(settings);
    rules = List.copyOf(rules);
  }

  /** A group without rules. */
  public SettingGroup(String title, List<Setting<?>> settings) {
    this(title, settings, List.of());
  }
}
