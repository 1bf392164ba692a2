package io.silverspark.model.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import io.silverspark.model.error.UserException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads settings from a HOCON file and {@code key=value} overrides, and reports every problem at
 * once: unknown keys, values that are not allowed, broken rules between settings.
 */
public final class SettingsReader {
  private final List<SettingGroup> groups;
  private final Map<String, Setting<?>> known = new LinkedHashMap<>();

  /**
   * Creates a reader.
   *
   * @throws IllegalArgumentException if two settings share a key
   */
  public SettingsReader(List<SettingGroup> groups) {
    this.groups = List.copyOf(groups);
    for (SettingGroup group : groups) {
      for (Setting<?> setting : group.settings()) {
        if (known.put(setting.key(), setting) != null) {
          throw new IllegalArgumentException("Two settings have the key " + setting);
        }
      }
    }
  }

  /**
   * Reads the file and the overrides, which win over the file.
   *
   * @param file HOCON, UTF-8; may include other files and refer to environment variables
   * @param overrides {@code key=value}; values are HOCON, texts need no quotes, {@code null} unsets
   * @throws UserException with all problems found, one per line
   */
  public Settings read(Optional<Path> file, List<String> overrides) {
    Config given = ConfigFactory.empty();
    ConfigText text = new ConfigText(known);
    for (String override : overrides) {
      given = text.override(override).withFallback(given);
    }
    return read(file.isEmpty() ? given : given.withFallback(text.file(file.get())));
  }

  /** Checks what the user gave, which may hold substitutions. */
  Settings read(Config given) {
    Config all = resolve(given, defaults());
    ConfigObject user = given.resolveWith(all).root();
    List<ConfigProblem> problems = new ArrayList<>();
    unknownKeys(user, List.of(), problems);
    Map<Setting<?>, Object> values = new HashMap<>();
    Set<Setting<?>> set = new HashSet<>();
    for (Setting<?> setting : known.values()) {
      at(user, setting)
          .filter(value -> value.valueType() != ConfigValueType.NULL)
          .ifPresent(value -> set.add(setting));
      at(all.root(), setting)
          .ifPresent(
              value ->
                  setting
                      .type()
                      .parse(value)
                      .ifPresentOrElse(
                          parsed -> values.put(setting, parsed),
                          () -> problems.add(ConfigProblem.notValid(setting, value))));
    }
    Settings settings = new Settings(this, given, values, set);
    brokenRules(settings, values.keySet(), problems);
    ConfigProblem.failIfAny(problems);
    return settings;
  }

  private void brokenRules(Settings settings, Set<Setting<?>> valid, List<ConfigProblem> problems) {
    for (SettingGroup group : groups) {
      for (SettingRule rule : group.rules()) {
        if (valid.containsAll(rule.involved())) {
          rule.problem().apply(settings).map(ConfigProblem::between).ifPresent(problems::add);
        }
      }
    }
  }

  private void unknownKeys(
      ConfigObject object, List<String> parents, List<ConfigProblem> problems) {
    object.forEach(
        (name, value) -> {
          List<String> names = new ArrayList<>(parents);
          names.add(name);
          String key = ConfigUtil.joinPath(names);
          if (known.containsKey(key)) {
            return;
          }
          if (value instanceof ConfigObject inner) {
            unknownKeys(inner, names, problems);
          } else {
            Optional<String> member =
                known.keySet().stream().filter(k -> k.startsWith(key + ".")).findFirst();
            problems.add(
                member.isPresent()
                    ? ConfigProblem.group(key, value, member.get())
                    : ConfigProblem.unknown(key, value, known.keySet()));
          }
        });
  }

  private Config defaults() {
    Config defaults = ConfigFactory.empty();
    for (Setting<?> setting : known.values()) {
      String origin = "default of " + setting;
      defaults =
          setting.defaultValue() instanceof String text && text.contains("${")
              ? defaults.withFallback(ConfigText.parse(setting.key() + " = " + text, origin))
              : defaults.withValue(
                  setting.key(), ConfigValueFactory.fromAnyRef(setting.plainDefault(), origin));
    }
    return defaults;
  }

  private static Config resolve(Config given, Config defaults) {
    try {
      return given.withFallback(defaults).resolve();
    } catch (ConfigException.UnresolvedSubstitution e) {
      throw new UserException(
          "The configuration refers to a key that is not set: " + e.getMessage());
    }
  }

  private static Optional<ConfigValue> at(ConfigObject root, Setting<?> setting) {
    ConfigValue value = root;
    for (String name : ConfigUtil.splitPath(setting.key())) {
      value = value instanceof ConfigObject object ? object.get(name) : null;
    }
    return Optional.ofNullable(value);
  }
}
