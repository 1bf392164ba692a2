package io.silverspark.model.config;

import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import io.silverspark.model.error.UserException;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One mistake in the configuration.
 *
 * @param place file and line, or {@code --set}; empty for a rule between settings
 * @param line for the order in the report
 * @param text what is wrong, what was found and what is allowed
 */
record ConfigProblem(String place, int line, String text) {
  private static final int LONGEST_VALUE = 80;

  static ConfigProblem notValid(Setting<?> setting, ConfigValue value) {
    return at(value, invalid(setting.key(), value) + "needs " + setting.type().allowed() + ".");
  }

  static ConfigProblem group(String key, ConfigValue value, String member) {
    return at(value, invalid(key, value) + "it is a group of settings, such as " + member + ".");
  }

  static ConfigProblem unknown(String key, ConfigValue value, Collection<String> known) {
    String hint =
        NearestName.of(key, known).map(near -> " Did you mean '" + near + "'?").orElse("");
    return at(value, "unknown setting '" + key + "'." + hint);
  }

  static ConfigProblem between(String text) {
    return new ConfigProblem("", Integer.MAX_VALUE, text);
  }

  static void failIfAny(List<ConfigProblem> problems) {
    if (problems.size() == 1) {
      throw new UserException(problems.get(0).toString());
    }
    if (!problems.isEmpty()) {
      throw new UserException(
          problems.stream()
              .sorted(
                  Comparator.comparingInt(ConfigProblem::line).thenComparing(ConfigProblem::text))
              .map(problem -> "\n  " + problem)
              .collect(
                  Collectors.joining(
                      "", "The configuration has " + problems.size() + " problems:", "")));
    }
  }

  /** File and line, or what else the value came from. */
  static String place(ConfigOrigin origin) {
    return origin.lineNumber() > 0
        ? origin.description().replaceFirst(": \\d+(-\\d+)?$", ":" + origin.lineNumber())
        : origin.description();
  }

  @Override
  public String toString() {
    return place.isEmpty() ? text : place + ": " + text;
  }

  private static ConfigProblem at(ConfigValue value, String text) {
    ConfigOrigin origin = value.origin();
    return new ConfigProblem(place(origin), origin.lineNumber(), text);
  }

  private static String invalid(String key, ConfigValue value) {
    String found =
        Optional.ofNullable(value.unwrapped())
            .filter(plain -> plain instanceof String)
            .map(Object::toString)
            .orElseGet(() -> value.render(ConfigRenderOptions.concise()));
    String shown =
        found.length() > LONGEST_VALUE ? found.substring(0, LONGEST_VALUE) + "..." : found;
    return "%s = '%s' is not valid: ".formatted(key, shown);
  }
}
