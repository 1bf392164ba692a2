package io.silverspark.model.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueFactory;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Checked values of all settings. Immutable; made by {@link SettingsReader}. */
public final class Settings {
  /** Spark's own {@code spark.redaction.regex}, and Kafka's logins. */
  private static final Pattern SECRET =
      Pattern.compile("(?i)secret|password|token|access[.]?key|jaas");

  private static final Pattern PASSWORD = Pattern.compile("(?i)(password|pwd)=[^&;]*");
  private static final String REDACTED = "*********(redacted)";

  private final SettingsReader reader;
  private final Config given;
  private final Map<Setting<?>, Object> values;
  private final Set<Setting<?>> set;

  Settings(
      SettingsReader reader, Config given, Map<Setting<?>, Object> values, Set<Setting<?>> set) {
    this.reader = reader;
    this.given = given;
    this.values = Map.copyOf(values);
    this.set = Set.copyOf(set);
  }

  /** The defaults of all settings of the groups. */
  public static Settings defaults(List<SettingGroup> groups) {
    return new SettingsReader(groups).read(ConfigFactory.empty());
  }

  /**
   * The value given by the user, or else the default.
   *
   * @throws IllegalArgumentException if the setting is in none of the groups that were read
   */
  @SuppressWarnings(
      "unchecked") // values are put in by the reader, parsed by the setting's own type
  public <T> T get(Setting<T> setting) {
    Object value = values.get(setting);
    if (value == null) {
      throw new IllegalArgumentException("Setting " + setting + " is in no group");
    }
    return (T) value;
  }

  /** Whether the user gave a value other than null, in the file or on the command line. */
  public boolean isSet(Setting<?> setting) {
    return set.contains(setting);
  }

  /**
   * These settings with another value for one; defaults that refer to it follow.
   *
   * @throws io.silverspark.model.error.UserException if the value is not allowed
   */
  public <T> Settings with(Setting<T> setting, T value) {
    Object plain = setting.type().plain(value);
    return reader.read(
        given.withValue(setting.key(), ConfigValueFactory.fromAnyRef(plain, "program")));
  }

  /**
   * These settings with other values for some, read as if they stood in a file.
   *
   * @param others values as texts, or maps of texts
   * @param place shown in messages
   * @throws io.silverspark.model.error.UserException if a value is not allowed
   */
  public Settings with(Map<Setting<?>, ?> others, String place) {
    Config config = given;
    for (Map.Entry<Setting<?>, ?> entry : others.entrySet()) {
      config =
          config.withValue(
              entry.getKey().key(), ConfigValueFactory.fromAnyRef(entry.getValue(), place));
    }
    return reader.read(config);
  }

  /**
   * All effective values as one line of JSON; as a file it gives the same settings again, but for
   * what is secret: values of maps under keys such as {@code password}, and passwords in addresses
   * of databases.
   */
  public String json() {
    return effective().root().render(ConfigRenderOptions.concise());
  }

  /** All effective values as indented JSON. */
  public String indentedJson() {
    return effective()
        .root()
        .render(ConfigRenderOptions.defaults().setOriginComments(false).setJson(true));
  }

  /** All effective values as nested maps of plain values. */
  public Map<String, Object> plain() {
    return effective().root().unwrapped();
  }

  private Config effective() {
    Config config = ConfigFactory.empty();
    for (Setting<?> setting : values.keySet()) {
      config = config.withValue(setting.key(), ConfigValueFactory.fromAnyRef(plain(setting)));
    }
    return config;
  }

  private <T> Object plain(Setting<T> setting) {
    return told(setting.type().plain(get(setting)));
  }

  /** What may stand in logs, tables and reports. */
  private static Object told(Object value) {
    if (value instanceof Map<?, ?> map) {
      Map<Object, Object> told = new TreeMap<>();
      map.forEach(
          (key, each) ->
              told.put(key, SECRET.matcher(key.toString()).find() ? REDACTED : told(each)));
      return told;
    }
    return value instanceof String text && text.contains("jdbc:")
        ? PASSWORD.matcher(text).replaceAll("$1=" + Matcher.quoteReplacement(REDACTED))
        : value;
  }
}
