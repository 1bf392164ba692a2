package io.silverspark.model.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A condition between settings.
 *
 * @param involved the rule is skipped while one of these has a problem of its own
 * @param problem the message for the user, or empty when all is well
 */
public record SettingRule(List<Setting<?>> involved, Function<Settings, Optional<String>> problem) {
  /** Copies the list. */
  public SettingRule {
    involved = List.copyOf(involved);
  }

  /**
   * Of the two settings at most one may be given by the user; one given at its default counts as
   * absent, so that stored effective values can be read again.
   */
  public static SettingRule exclusive(Setting<?> first, Setting<?> second) {
    return new SettingRule(
        List.of(first, second),
        settings ->
            isChosen(settings, first) && isChosen(settings, second)
                ? Optional.of(
                    "%s and %s are both set, but only one may be. Remove one."
                        .formatted(first, second))
                : Optional.empty());
  }

  /**
   * A condition on values.
   *
   * @param message what the user sees when {@code holds} is false
   */
  public static SettingRule require(
      Predicate<Settings> holds, String message, Setting<?>... involved) {
    return new SettingRule(
        List.of(involved),
        settings -> holds.test(settings) ? Optional.empty() : Optional.of(message));
  }

  /**
   * Refuses a setting of the user's that the other settings leave without effect.
   *
   * @param setting that is refused if it was set to another value than its default
   * @param isRead whether anything reads it
   * @param reason why nothing does, as a clause
   * @param others that {@code isRead} looks at
   */
  public static SettingRule mustBeRead(
      Setting<?> setting, Predicate<Settings> isRead, String reason, Setting<?>... others) {
    List<Setting<?>> involved = new ArrayList<>(List.of(others));
    involved.add(setting);
    return new SettingRule(
        involved,
        settings ->
            isChosen(settings, setting) && !isRead.test(settings)
                ? Optional.of(unreadText(setting, reason))
                : Optional.empty());
  }

  /** What the user is told of a setting without effect. */
  public static String unreadText(Setting<?> setting, String reason) {
    return unreadText(setting.key(), reason);
  }

  /** The same of a key within a map. */
  public static String unreadText(String key, String reason) {
    return "%s is set, but nothing reads it: %s. Remove it.".formatted(key, reason);
  }

  /** Whether the user gave another value than the default. */
  public static boolean isChosen(Settings settings, Setting<?> setting) {
    return settings.isSet(setting) && !settings.get(setting).equals(setting.defaultValue());
  }
}
