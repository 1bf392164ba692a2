package io.silverspark.jobs.config;

import io.silverspark.model.config.Setting;
import io.silverspark.model.config.SettingGroup;
import java.util.List;
import java.util.stream.Collectors;

/** The reference of all keys in Markdown, made from the settings themselves. */
public final class SettingsReference {
  private SettingsReference() {}

  /** One heading and table per group. */
  public static String markdown(List<SettingGroup> groups) {
    return groups.stream().map(SettingsReference::table).collect(Collectors.joining("\n"));
  }

  private static String table(SettingGroup group) {
    return group.settings().stream()
        .map(SettingsReference::row)
        .collect(
            Collectors.joining(
                "",
                "### %s\n\n| key | default | allowed | meaning |\n| --- | --- | --- | --- |\n"
                    .formatted(group.title()),
                ""));
  }

  private static String row(Setting<?> setting) {
    return "| `%s` | %s | %s | %s |\n"
        .formatted(
            setting.key(),
            defaultText(setting.plainDefault()),
            setting.type().allowed(),
            setting.help());
  }

  private static String defaultText(Object plain) {
    String text = String.valueOf(plain);
    return text.isEmpty() ? "" : "`" + text + "`";
  }
}
