package io.silverspark.jobs.run;

import io.silverspark.jobs.config.AllSettings;
import io.silverspark.model.config.Settings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options of every command. */
final class CommonOptions {
  @Option(
      names = "--conf",
      paramLabel = "FILE",
      description = "Settings in HOCON, such as conf/local.conf. conf/README.md lists the keys.")
  private Path file;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Overrides one setting; may be repeated.")
  private List<String> overrides = new ArrayList<>();

  @Option(names = "--stacktrace", description = "Prints the stack trace of a failure.")
  private boolean stacktrace;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Shows this help.")
  private boolean help;

  Settings settings() {
    return AllSettings.reader().read(Optional.ofNullable(file), overrides);
  }

  boolean stacktrace() {
    return stacktrace;
  }
}
