package io.silverspark.jobs.run;

import io.silverspark.jobs.config.AllSettings;
import io.silverspark.model.config.Settings;
import io.silverspark.udfs.serving.HadoopModels;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options of every command. */
final class CommonOptions {
  @Option(
      names = "--conf",
      paramLabel = "FILE",
      description =
          "Settings in HOCON, such as conf/local.conf, on any file system. conf/README.md lists the"
              + " keys.")
  private String file;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      completionCandidates = SettingKeys.class,
      description = "Overrides one setting; may be repeated.")
  private List<String> overrides = new ArrayList<>();

  @Option(
      names = "--json",
      description =
          "For machines: one JSON document on standard output at the end, all else on standard"
              + " error.")
  private boolean json;

  @Option(
      names = "--dry-run",
      description = "Prints what would be done, with row counts, and writes nothing.")
  private boolean dryRun;

  @Option(names = "--stacktrace", description = "Prints the stack trace of a failure.")
  private boolean stacktrace;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Shows this help.")
  private boolean help;

  Settings settings() {
    Optional<Path> local =
        Optional.ofNullable(file)
            .map(
                given ->
                    HadoopModels.isRemote(given) ? HadoopModels.localFile(given) : Path.of(given));
    return AllSettings.reader().read(local, overrides);
  }

  boolean json() {
    return json;
  }

  boolean dryRun() {
    return dryRun;
  }

  boolean stacktrace() {
    return stacktrace;
  }

  /** What the shell offers after {@code --set}. */
  static final class SettingKeys implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return AllSettings.GROUPS.stream()
          .flatMap(group -> group.settings().stream())
          .map(setting -> setting.key() + "=")
          .iterator();
    }
  }
}
