package io.silverspark.jobs.ingest;

import io.silverspark.jobs.config.DataKind;
import io.silverspark.jobs.config.DataSettings;
import io.silverspark.jobs.config.RunSettings;
import io.silverspark.jobs.files.LiteralPath;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.table.TableAddress;
import io.silverspark.jobs.table.TextTable;
import io.silverspark.model.config.Setting;
import io.silverspark.model.config.Settings;
import io.silverspark.model.error.UserException;
import io.silverspark.model.hub.HubAccess;
import io.silverspark.model.hub.HubDatasets;
import io.silverspark.model.hub.HubId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Finds the files and relations that the settings name. */
final class SourceFiles {
  /** One setting that names a source. */
  private record Source(DataKind kind, RowFormat rows, String split) {
    Setting<String> files() {
      return kind.sources().get(split);
    }
  }

  private static final Map<DataKind, RowFormat> FORMATS =
      Map.of(
          DataSettings.NLI, RowFormat.NLI,
          DataSettings.STS, RowFormat.STS,
          DataSettings.INTENTS, RowFormat.INTENTS,
          DataSettings.PAIRS, RowFormat.PAIRS);

  private static final List<Source> SOURCES =
      DataSettings.KINDS.stream()
          .flatMap(
              kind ->
                  kind.sources().keySet().stream()
                      .map(split -> new Source(kind, FORMATS.get(kind), split)))
          .toList();

  private static final String JDBC = "jdbc:";
  private static final String KAFKA = "kafka:";
  private static final Source FOLLOWED =
      new Source(DataSettings.PAIRS, RowFormat.PAIRS, DataKind.TRAIN);
  private static final Pattern HUB =
      Pattern.compile("hf:([^?]+)(?:\\?(?:(?:config|split)=[^&]+&?)+)?");
  private static final Pattern PART = Pattern.compile("[?&](config|split)=([^&]+)");
  private static final String DELTA_LOG = "_delta_log";

  private final JobContext context;
  private final Settings settings;
  private final Configuration hadoop;
  private final HubAccess hub;
  private final Path directory;

  private SourceFiles(JobContext context, Configuration hadoop, HubAccess hub) throws IOException {
    this.context = context;
    this.settings = context.settings();
    this.hadoop = hadoop;
    this.hub = hub;
    Path given = new Path(settings.get(DataSettings.DIR));
    this.directory = given.getFileSystem(hadoop).makeQualified(given);
  }

  /**
   * All files, in a fixed order; those of data sets of the Hub are downloaded.
   *
   * @param hub where such data sets come from
   * @throws UserException if one does not exist or has an unknown ending, or there is none
   */
  static List<SourceFile> find(JobContext context, HubAccess hub) {
    Settings settings = context.settings();
    Configuration hadoop = context.spark().sessionState().newHadoopConf();
    List<SourceFile> found = new ArrayList<>();
    boolean followed = FollowedPairs.areFollowed(context);
    for (Source source : SOURCES) {
      boolean ofStream = followed && source.equals(FOLLOWED);
      if (!settings.get(source.files()).isBlank() && !ofStream) {
        found.addAll(find(context, hadoop, hub, source));
      }
    }
    if (found.isEmpty() && !followed) {
      throw new UserException(
          "There is nothing to ingest: all of %s are empty. Set at least one."
              .formatted(
                  SOURCES.stream().map(s -> s.files().key()).collect(Collectors.joining(", "))));
    }
    return found;
  }

  /**
   * The source of {@code data.pairs.train} as a stream.
   *
   * @throws UserException if there is none, or its rows do not arrive one after the other
   */
  static FollowedSource followed(JobContext context) {
    Setting<String> key = FOLLOWED.files();
    String given = context.get(key);
    if (given.isBlank()) {
      throw new UserException(key + " is empty, and --follow reads it: set it");
    }
    try {
      SourceFiles files =
          new SourceFiles(
              context, context.spark().sessionState().newHadoopConf(), HubAccess.of(Map.of()));
      return new FollowedSource(files.arriving(given), path -> files.relative(new Path(path)));
    } catch (UserException e) {
      throw e;
    } catch (IOException | IllegalArgumentException e) {
      throw new UserException(
          "%s = '%s' cannot be read: %s".formatted(key, given, e.getMessage()), e);
    }
  }

  private SourceFile arriving(String given) throws IOException {
    if (given.startsWith(KAFKA)) {
      return relation(FOLLOWED, FileFormat.KAFKA, given.substring(KAFKA.length()), given);
    }
    if (given.startsWith(TextTable.QUERY) || given.startsWith(JDBC) || given.startsWith("hf:")) {
      throw new UserException(
          "%s = '%s' cannot be followed: expected a Delta table, a directory or glob of files, catalog:NAME.SCHEMA.TABLE, kafka:TOPIC or a data source in %s"
              .formatted(FOLLOWED.files(), given, FOLLOWED.kind().format()));
    }
    if (TableAddress.isName(given) || !settings.get(FOLLOWED.kind().format()).isBlank()) {
      return find(FOLLOWED).get(0);
    }
    Path pattern = new Path(directory, new Path(given));
    FileSystem fileSystem = pattern.getFileSystem(hadoop);
    FileStatus[] matches = matches(fileSystem, pattern);
    boolean isTable =
        Arrays.stream(matches).anyMatch(match -> isDeltaTable(fileSystem, match.getPath()));
    if (matches.length == 0 || isTable) {
      return find(FOLLOWED).get(0);
    }
    String files = LiteralPath.pattern(pattern.toString(), hadoop);
    return relation(FOLLOWED, FileFormat.FILES, files, given);
  }

  private static boolean isDeltaTable(FileSystem fileSystem, Path path) {
    try {
      return fileSystem.exists(new Path(path, DELTA_LOG));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<SourceFile> find(
      JobContext context, Configuration hadoop, HubAccess hub, Source source) {
    try {
      return new SourceFiles(context, hadoop, hub).find(source);
    } catch (UserException e) {
      throw e;
    } catch (IOException | IllegalArgumentException e) {
      throw new UserException(
          "%s = '%s' cannot be read: %s"
              .formatted(source.files(), context.get(source.files()), e.getMessage()),
          e);
    }
  }

  private List<SourceFile> find(Source source) throws IOException {
    String given = settings.get(source.files());
    String reader = settings.get(source.kind().format());
    if (TableAddress.isName(given)) {
      String name = new TableAddress(given).text();
      return List.of(relation(source, FileFormat.TABLE, name, name));
    }
    if (given.startsWith(TextTable.QUERY)) {
      return List.of(
          relation(source, FileFormat.QUERY, given.substring(TextTable.QUERY.length()), given));
    }
    if (given.startsWith("hf:")) {
      return ofHub(source, given);
    }
    if (given.startsWith(KAFKA)) {
      throw new UserException(
          source.equals(FOLLOWED)
              ? "%s = '%s' is a stream: 'ingest --follow' reads it, and ingest leaves what that wrote as it is"
                  .formatted(source.files(), given)
              : "%s = '%s' is a stream, and --follow reads %s alone"
                  .formatted(source.files(), given, FOLLOWED.files()));
    }
    if (given.startsWith(JDBC) || !reader.isBlank()) {
      String name = given.startsWith(JDBC) ? given.replaceFirst("[?;].*", "") : given;
      return List.of(relation(source, FileFormat.READER, located(given), name));
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
      if (match.isDirectory() && isDeltaTable(fileSystem, match.getPath())) {
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

  /**
   * The shards of a split of a data set; without {@code split=} of the split that the key names.
   */
  private List<SourceFile> ofHub(Source source, String given) throws IOException {
    Optional<HubId> id =
        HUB.matcher(given).matches()
            ? HubId.parse(HubId.Kind.DATASET, given.substring(3).replaceFirst("\\?.*", ""))
            : Optional.empty();
    if (id.isEmpty()) {
      throw new UserException(
          "%s = '%s' is not valid: needs hf:ORGANIZATION/NAME, with @REVISION and then ?config=NAME&split=NAME where they are not the usual ones."
              .formatted(source.files(), given));
    }
    Map<String, String> parts = new HashMap<>();
    PART.matcher(given).results().forEach(part -> parts.put(part.group(1), part.group(2)));
    List<SourceFile> found = new ArrayList<>();
    for (java.nio.file.Path file :
        new HubDatasets(hub)
            .parquet(
                id.get(),
                Optional.ofNullable(parts.get("config")),
                parts.getOrDefault("split", source.split()))) {
      found.add(
          new SourceFile(
              source.rows(),
              FileFormat.PARQUET,
              source.split(),
              readable(file),
              "%s/%s".formatted(given, file.getFileName()),
              found.size(),
              most(source),
              mapping(source)));
    }
    return found;
  }

  /** The cache is this machine's; on a cluster executors read a copy beside the run's files. */
  private String readable(java.nio.file.Path file) throws IOException {
    if (context.spark().sparkContext().isLocal()) {
      return file.toUri().toString();
    }
    java.nio.file.Path content = file.toRealPath(); // named by its checksum
    Path copy =
        new Path(settings.get(RunSettings.DIR), "sources/" + content.getFileName() + ".parquet");
    FileSystem files = copy.getFileSystem(hadoop);
    Path whole = files.makeQualified(copy);
    if (!files.exists(whole) || files.getFileStatus(whole).getLen() != Files.size(content)) {
      files.copyFromLocalFile(false, true, new Path(content.toUri()), whole);
    }
    return whole.toString();
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
    return List.of(relation(source, FileFormat.DELTA, path.toString(), relative(path)));
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
        most(source),
        mapping(source));
  }

  private SourceFile relation(Source source, FileFormat format, String path, String name) {
    return new SourceFile(
        source.rows(), format, source.split(), path, name, 0, most(source), mapping(source));
  }

  /** A path of data.dir where there is one, or else what the data source understands. */
  private String located(String given) throws IOException {
    if (given.startsWith(JDBC)) {
      return given;
    }
    Path path = new Path(directory, new Path(given));
    return path.getFileSystem(hadoop).exists(path) ? path.toString() : given;
  }

  private SourceFile.Mapping mapping(Source source) {
    boolean isTraining = source.split().equals(DataKind.TRAIN);
    String given = settings.get(source.files());
    return new SourceFile.Mapping(
        settings.get(source.kind().columns()),
        given.startsWith(JDBC) ? "jdbc" : settings.get(source.kind().format()),
        settings.get(source.kind().options()),
        isTraining ? source.kind().heldOut(settings) : Map.of());
  }

  private long most(Source source) {
    boolean isTraining = source.split().equals(DataKind.TRAIN);
    int cut = isTraining ? settings.get(source.kind().rows()) : 0;
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
