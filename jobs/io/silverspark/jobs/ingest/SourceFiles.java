package io.silverspark.jobs.ingest;

import io.silverspark.jobs.config.DataSettings;
import io.silverspark.jobs.files.LiteralPath;
import io.silverspark.jobs.table.TableAddress;
import io.silverspark.model.config.Setting;
import io.silverspark.model.config.Settings;
import io.silverspark.model.error.UserException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Finds the files that the settings name. */
final class SourceFiles {
  private record Source(
      Setting<String> files, RowFormat rows, String split, Setting<Integer> mostRows) {}

  private static final List<Source> SOURCES =
      List.of(
          new Source(DataSettings.NLI_TRAIN, RowFormat.NLI, "train", DataSettings.NLI_ROWS),
          new Source(DataSettings.NLI_VALIDATION, RowFormat.NLI, "validation", null),
          new Source(DataSettings.STS_TRAIN, RowFormat.STS, "train", DataSettings.STS_ROWS),
          new Source(DataSettings.STS_VALIDATION, RowFormat.STS, "validation", null),
          new Source(DataSettings.STS_TEST, RowFormat.STS, "test", null),
          new Source(
              DataSettings.INTENTS_TRAIN, RowFormat.INTENTS, "train", DataSettings.INTENTS_ROWS),
          new Source(DataSettings.INTENTS_TEST, RowFormat.INTENTS, "test", null));

  private static final String DELTA_LOG = "_delta_log";

  private final Settings settings;
  private final Configuration hadoop;
  private final Path directory;

  private SourceFiles(Settings settings, Configuration hadoop) throws IOException {
    this.settings = settings;
    this.hadoop = hadoop;
    Path given = new Path(settings.get(DataSettings.DIR));
    this.directory = given.getFileSystem(hadoop).makeQualified(given);
  }

  /**
   * All files, in a fixed order.
   *
   * @throws UserException if one does not exist or has an unknown ending, or there is none
   */
  static List<SourceFile> find(Settings settings, Configuration hadoop) {
    List<SourceFile> found = new ArrayList<>();
    for (Source source : SOURCES) {
      if (!settings.get(source.files()).isBlank()) {
        found.addAll(find(settings, hadoop, source));
      }
    }
    if (found.isEmpty()) {
      throw new UserException(
          "There is nothing to ingest: all of %s are empty. Set at least one."
              .formatted(
                  SOURCES.stream().map(s -> s.files().key()).collect(Collectors.joining(", "))));
    }
    return found;
  }

  private static List<SourceFile> find(Settings settings, Configuration hadoop, Source source) {
    try {
      return new SourceFiles(settings, hadoop).find(source);
    } catch (UserException e) {
      throw e;
    } catch (IOException | IllegalArgumentException e) {
      throw new UserException(
          "%s = '%s' cannot be read: %s"
              .formatted(source.files(), settings.get(source.files()), e.getMessage()),
          e);
    }
  }

  private List<SourceFile> find(Source source) throws IOException {
    String given = settings.get(source.files());
    if (TableAddress.isName(given)) {
      String name = new TableAddress(given).text();
      return List.of(
          new SourceFile(
              source.rows(), FileFormat.TABLE, source.split(), name, name, 0, most(source)));
    }
    Path pattern = new Path(directory, new Path(settings.get(source.files())));
    FileSystem fileSystem = pattern.getFileSystem(hadoop);
    FileStatus[] matches = matches(fileSystem, pattern);
    if (matches.length == 0) {
      throw new UserException(
          "%s: %s does not exist. Check it and data.dir."
              .formatted(source.files(), shown(pattern)));
    }
    List<Path> files = new ArrayList<>();
    for (FileStatus match : matches) {
      if (match.isDirectory() && fileSystem.exists(new Path(match.getPath(), DELTA_LOG))) {
        return deltaTable(source, match.getPath(), matches.length);
      }
      files.addAll(match.isDirectory() ? members(fileSystem, match) : List.of(match.getPath()));
    }
    files.sort(null);
    if (files.isEmpty()) {
      throw new UserException(
          "%s: the directory %s holds no file that ends with %s."
              .formatted(source.files(), shown(pattern), FileFormat.allEndings()));
    }
    List<SourceFile> found = new ArrayList<>();
    for (Path file : files) {
      found.add(sourceFile(source, file, found.size()));
    }
    return found;
  }

  /** A path that is there is no pattern; Hadoop's patterns do not take colons. */
  private FileStatus[] matches(FileSystem fileSystem, Path pattern) throws IOException {
    if (fileSystem.exists(pattern)) {
      return new FileStatus[] {fileSystem.getFileStatus(pattern)};
    }
    FileStatus[] matches =
        fileSystem.globStatus(new Path(LiteralPath.pattern(pattern.toString(), hadoop)));
    return matches == null ? new FileStatus[0] : matches;
  }

  /** Its files alone would bring back deleted rows. */
  private List<SourceFile> deltaTable(Source source, Path path, int matches) {
    if (matches > 1) {
      throw new UserException(
          "%s = '%s': %s is a Delta table, which must be the only match, found %d."
              .formatted(source.files(), settings.get(source.files()), shown(path), matches));
    }
    return List.of(
        new SourceFile(
            source.rows(),
            FileFormat.DELTA,
            source.split(),
            path.toString(),
            relative(path),
            0,
            most(source)));
  }

  private static List<Path> members(FileSystem fileSystem, FileStatus directory)
      throws IOException {
    return Arrays.stream(fileSystem.listStatus(directory.getPath()))
        .filter(FileStatus::isFile)
        .map(FileStatus::getPath)
        .filter(path -> !path.getName().startsWith("_") && !path.getName().startsWith("."))
        .filter(path -> FileFormat.of(path.getName()).isPresent())
        .toList();
  }

  private SourceFile sourceFile(Source source, Path file, int order) {
    FileFormat format =
        FileFormat.of(file.getName())
            .orElseThrow(
                () ->
                    new UserException(
                        "%s: %s has an unknown ending. Allowed are %s."
                            .formatted(source.files(), shown(file), FileFormat.allEndings())));
    return new SourceFile(
        source.rows(),
        format,
        source.split(),
        file.toString(),
        relative(file),
        order,
        most(source));
  }

  private long most(Source source) {
    int cut = source.mostRows() == null ? 0 : settings.get(source.mostRows());
    return cut == 0 ? Long.MAX_VALUE : cut;
  }

  private String relative(Path file) {
    String prefix = directory + "/";
    return file.toString().startsWith(prefix)
        ? file.toString().substring(prefix.length())
        : shown(file);
  }

  private static String shown(Path path) {
    return path.toUri().getScheme() == null || path.toUri().getScheme().equals("file")
        ? path.toUri().getPath()
        : path.toString();
  }
}
