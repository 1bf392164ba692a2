package io.silverspark.jobs.ingest;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** How a file is written, known by its ending; or what else rows come from. */
enum FileFormat {
  PARQUET(".parquet"),
  ORC(".orc"),
  TSV(".tsv", ".txt"),
  JSON_LINES(".jsonl", ".ndjson"),
  CSV(".csv"),
  /** A directory with the log of a Delta table. */
  DELTA(),
  /** A table of a catalog; it has a name instead of an ending. */
  TABLE(),
  /** A statement of SQL. */
  QUERY(),
  /** A data source of Spark that the settings name. */
  READER(),
  /** Files that appear one after the other, each of a format that its ending tells. */
  FILES(),
  /** Topics of Kafka with a JSON object in each message. */
  KAFKA();

  /** What a text file may end with after its own ending. */
  private static final String COMPRESSED = "\\.(gz|bz2|deflate)$";

  private final List<String> endings;

  FileFormat(String... endings) {
    this.endings = List.of(endings);
  }

  /** The format of a file, if the ending is known. */
  static Optional<FileFormat> of(String fileName) {
    String name = fileName.toLowerCase(Locale.ROOT).replaceFirst(COMPRESSED, "");
    return Arrays.stream(values())
        .filter(format -> format.endings.stream().anyMatch(name::endsWith))
        .findFirst();
  }

  /** All endings, for messages. */
  static String allEndings() {
    return Arrays.stream(values())
        .flatMap(format -> format.endings.stream())
        .collect(Collectors.joining(", "));
  }
}
