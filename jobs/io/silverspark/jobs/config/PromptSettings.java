package io.silverspark.jobs.config;

import io.silverspark.model.config.Setting;
import io.silverspark.model.config.SettingRule;
import io.silverspark.model.config.SettingType;
import io.silverspark.model.config.Settings;
import io.silverspark.model.prompt.Prompt;
import java.util.Optional;

/**
 * The two settings that choose the prompt of some texts: {@code KEY} is its text, {@code KEYName}
 * its name in the model.
 *
 * @param text the prompt itself
 * @param name the name of a prompt of the model
 * @param otherwise where neither is set
 */
public record PromptSettings(
    Setting<Optional<String>> text, Setting<Optional<String>> name, Prompt otherwise) {

  /**
   * A pair of settings.
   *
   * @param key of the text, such as {@code mine.queryPrompt}
   * @param texts what the prompt stands in front of, for the help
   * @param otherwise where neither is set
   */
  static PromptSettings of(String key, String texts, Prompt otherwise) {
    String usual =
        otherwise.equals(Prompt.DEFAULT)
            ? "the model's default prompt"
            : "'" + otherwise.value() + "', where the model has it";
    return new PromptSettings(
        new Setting<>(
            key,
            SettingType.text().orNone(),
            Optional.empty(),
            "Text in front of %s; null = %sName counts.".formatted(texts, key)),
        new Setting<>(
            key + "Name",
            SettingType.text().orNone(),
            Optional.empty(),
            "Name of the model's prompt in front of %s; empty = none; null = %s."
                .formatted(texts, usual)),
        otherwise);
  }

  /** Refuses both at once. */
  SettingRule rule() {
    return SettingRule.exclusive(text, name);
  }

  /** The choice of the settings. */
  public Prompt of(Settings settings) {
    return Prompt.chosen(settings.get(text), settings.get(name), otherwise, text + " and " + name);
  }
}
