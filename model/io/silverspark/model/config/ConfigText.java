package io.silverspark.model.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigOriginFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import io.silverspark.model.error.UserException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Turns files and {@code key=value} arguments into HOCON objects; knows no rules. */
final class ConfigText {
  private static final String OVERRIDE = "--set";

  private final Map<String, Setting<?>> known;

  ConfigText(Map<String, Setting<?>> known) {
    this.known = known;
  }

  Config file(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new UserException(
          "%s is not a file. --conf needs a file in HOCON, such as conf/local.conf."
              .formatted(file));
    }
    try {
      return ConfigFactory.parseFile(file.toFile(), options(file.toString()));
    } catch (ConfigException.Parse e) {
      String place = ConfigProblem.place(e.origin());
      String text = e.getMessage().replace(e.origin().description() + ": ", "");
      throw new UserException("%s: not readable as HOCON: %s".formatted(place, text), e);
    } catch (ConfigException.IO e) {
      throw new UserException("%s cannot be read: %s".formatted(file, e.getMessage()), e);
    }
  }

  /** Reads one {@code key=value}; for settings that hold a text the value is taken literally. */
  Config override(String argument) {
    int equals = argument.indexOf('=');
    if (equals < 1) {
      throw new UserException(
          "--set '%s' is not valid: needs key=value, such as train.epochs=2.".formatted(argument));
    }
    String key = argument.substring(0, equals).strip();
    String text = argument.substring(equals + 1).strip();
    ConfigValue value = value(key, text);
    ConfigOrigin origin = ConfigOriginFactory.newSimple(OVERRIDE);
    return ConfigFactory.empty().withValue(path(key), value.withOrigin(origin));
  }

  static Config parse(String hocon, String origin) {
    return ConfigFactory.parseString(hocon, options(origin));
  }

  private ConfigValue value(String key, String text) {
    Setting<?> setting = known.get(key);
    boolean hocon = text.startsWith("\"") || text.contains("${") || text.equals("null");
    if (text.isEmpty() || (setting != null && setting.type().isText() && !hocon)) {
      return ConfigValueFactory.fromAnyRef(text);
    }
    try {
      Config parsed = parse("value = " + text, OVERRIDE);
      return parsed.root().size() == 1
          ? parsed.root().get("value")
          : ConfigValueFactory.fromAnyRef(text);
    } catch (ConfigException.Parse notHocon) {
      return ConfigValueFactory.fromAnyRef(text);
    }
  }

  /** The HOCON path of a key; what follows the key of a map is one name, dots included. */
  private String path(String key) {
    for (Setting<?> setting : known.values()) {
      if (setting.type().isMap() && key.startsWith(setting.key() + ".")) {
        List<String> names = new ArrayList<>(ConfigUtil.splitPath(setting.key()));
        names.add(unquoted(key.substring(setting.key().length() + 1)));
        return ConfigUtil.joinPath(names);
      }
    }
    try {
      return ConfigUtil.joinPath(ConfigUtil.splitPath(key));
    } catch (ConfigException.BadPath e) {
      throw new UserException(
          "--set '%s' is not valid: a key has letters, digits and dots.".formatted(key), e);
    }
  }

  /** A name may be quoted as it must be in a file. */
  private static String unquoted(String name) {
    boolean quoted = name.length() > 2 && name.startsWith("\"") && name.endsWith("\"");
    return quoted ? name.substring(1, name.length() - 1) : name;
  }

  private static ConfigParseOptions options(String origin) {
    return ConfigParseOptions.defaults()
        .setSyntax(ConfigSyntax.CONF)
        .setAllowMissing(false)
        .setOriginDescription(origin);
  }
}
