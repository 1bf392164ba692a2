package io.silverspark.model.config;

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

  private static boolean isChosen(Settings settings, Setting<?> setting) {
    return settings.isSet(setting) && !settings.get(setting).equals(setting.defaultValue());
  }
}
