package io.silverspark.jobs.run;

import io.silverspark.jobs.config.RunSettings;
import io.silverspark.model.config.Settings;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.DefaultConfiguration;
import org.apache.logging.log4j.core.config.builder.api.ComponentBuilder;
import org.apache.logging.log4j.core.config.builder.api.ConfigurationBuilder;
import org.apache.logging.log4j.core.config.builder.api.ConfigurationBuilderFactory;
import org.apache.logging.log4j.core.config.builder.impl.BuiltConfiguration;

/**
 * Keeps the terminal tidy in local mode: logs go to {@code logs/COMMAND.log} in the run's
 * directory. A log4j configuration of the user or of a cluster is left as it is.
 */
final class LocalLogging {
  private static final String PATTERN = "%d{HH:mm:ss.SSS} %-5p %c{1}: %m%n%xEx";

  /** One JSON object a line; conf/log4j2-json.properties has the same for clusters. */
  private static final String JSON_TEMPLATE =
      """
      {"time": {"$resolver": "timestamp",
                "pattern": {"format": "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", "timeZone": "UTC"}},
       "level": {"$resolver": "level", "field": "name"},
       "run": {"$resolver": "mdc", "key": "run"},
       "command": {"$resolver": "mdc", "key": "command"},
       "phase": {"$resolver": "mdc", "key": "phase"},
       "thread": {"$resolver": "thread", "field": "name"},
       "logger": {"$resolver": "logger", "field": "name"},
       "message": {"$resolver": "message", "stringified": true},
       "error": {"$resolver": "exception", "field": "stackTrace", "stackTrace": {"stringified": true}}}
      """;

  private LocalLogging() {}

  /** Starts the log file and names it, or does nothing where logging is configured already. */
  static Optional<Path> start(String command, Settings settings) {
    LoggerContext context = (LoggerContext) LogManager.getContext(false);
    boolean configured = !(context.getConfiguration() instanceof DefaultConfiguration);
    if (configured || !SparkSessions.isLocal(settings)) {
      return Optional.empty();
    }
    Path file = file(command, settings);
    Configurator.reconfigure(configuration(file, isJson(settings)));
    return Optional.of(file);
  }

  /** The log file of a command. */
  static Path file(String command, Settings settings) {
    return RunDirectory.local(settings)
        .resolve("logs")
        .resolve(command + (isJson(settings) ? ".jsonl" : ".log"));
  }

  private static boolean isJson(Settings settings) {
    return settings.get(RunSettings.LOG_FORMAT).equals("json");
  }

  /** Keeps Spark from writing to the terminal where nothing may be written to the run directory. */
  static void silence(Settings settings) {
    LoggerContext context = (LoggerContext) LogManager.getContext(false);
    if (context.getConfiguration() instanceof DefaultConfiguration
        && SparkSessions.isLocal(settings)) {
      ConfigurationBuilder<BuiltConfiguration> builder =
          ConfigurationBuilderFactory.newConfigurationBuilder();
      builder.setStatusLevel(Level.ERROR);
      // Spark takes a root logger without appender for one that nobody configured.
      builder.add(builder.newAppender("none", "Null"));
      builder.add(builder.newRootLogger(Level.OFF).add(builder.newAppenderRef("none")));
      Configurator.reconfigure(builder.build());
    }
  }

  private static BuiltConfiguration configuration(Path file, boolean json) {
    ConfigurationBuilder<BuiltConfiguration> builder =
        ConfigurationBuilderFactory.newConfigurationBuilder();
    ComponentBuilder<?> layout =
        json
            ? builder.newLayout("JsonTemplateLayout").addAttribute("eventTemplate", JSON_TEMPLATE)
            : builder.newLayout("PatternLayout").addAttribute("pattern", PATTERN);
    builder.setStatusLevel(Level.ERROR);
    builder.add(
        builder
            .newAppender("file", "File")
            .addAttribute("fileName", file.toString())
            .addAttribute("append", false)
            .addComponent(layout));
    builder.add(builder.newLogger("io.silverspark", Level.INFO));
    builder.add(builder.newRootLogger(Level.WARN).add(builder.newAppenderRef("file")));
    return builder.build();
  }
}
