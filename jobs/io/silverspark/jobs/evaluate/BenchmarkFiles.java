package io.silverspark.jobs.evaluate;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.silverspark.jobs.config.Benchmark;
import io.silverspark.jobs.config.DataSettings;
import io.silverspark.jobs.files.ColumnNames;
import io.silverspark.jobs.files.JsonFields;
import io.silverspark.jobs.files.LayoutException;
import io.silverspark.jobs.files.LiteralPath;
import io.silverspark.jobs.files.ScalarColumns;
import io.silverspark.jobs.files.TextLines;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.model.error.UserException;
import io.silverspark.udfs.serving.HadoopModels;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * The rows of benchmarks in local files as the Hub has them: {@code SPLIT.jsonl}, {@code
 * SPLIT.jsonl.gz}, {@code SPLIT.parquet} or {@code SPLIT-00000-of-00001.parquet}, in a folder or in
 * its folder {@code data}.
 */
final class BenchmarkFiles {
  private static final List<String> SPLITS = List.of("test", "validation", "dev", "train");
  private static final String ENDINGS = "(-\\d+-of-\\d+)?\\.(parquet|jsonl|json|jsonl\\.gz)";

  private final JobContext context;

  BenchmarkFiles(JobContext context) {
    this.context = context;
  }

  /**
   * A data set's folder: {@code data.dir} with the folder, or with the Hub's owner before it.
   *
   * @throws UserException if there is none
   */
  Path folder(Benchmark benchmark) {
    String root = context.get(DataSettings.DIR);
    if (HadoopModels.isRemote(root)) {
      throw new UserException(
          "%s = '%s': benchmarks are read from a local directory"
              .formatted(DataSettings.DIR, root));
    }
    return find(root, benchmark.folder())
        .orElseThrow(
            () ->
                new UserException(
                    "evaluate.tasks: %s has no folder %s; download the data set there, or set %s"
                        .formatted(
                            benchmark.name(),
                            Path.of(root).resolve(benchmark.folder()),
                            DataSettings.DIR)));
  }

  private static Optional<Path> find(String root, String folder) {
    return Stream.of("", "mteb", "zeta-alpha-ai", "sentence-transformers")
        .map(owner -> Path.of(root).resolve(owner).resolve(folder))
        .filter(Files::isDirectory)
        .findFirst();
  }

  /** Whether there is a folder of the data set. */
  boolean has(Benchmark benchmark) {
    return find(context.get(DataSettings.DIR), benchmark.folder()).isPresent();
  }

  /** Names, sizes and times of all files in a folder. */
  List<String> identity(Path folder) {
    try (Stream<Path> tree = Files.walk(folder)) {
      List<String> files = new ArrayList<>();
      for (Path file : tree.filter(Files::isRegularFile).sorted().toList()) {
        files.add("%s %d %s".formatted(file, Files.size(file), Files.getLastModifiedTime(file)));
      }
      return files;
    } catch (IOException e) {
      throw new UserException(folder + " cannot be read: " + e, e);
    }
  }

  /** The first of the splits test, validation, dev and train that a folder has. */
  String split(Path folder) {
    return SPLITS.stream()
        .filter(split -> !files(folder, split).isEmpty())
        .findFirst()
        .orElseThrow(() -> missing(folder, String.join(", ", SPLITS)));
  }

  /** The files of a split, in order; none if there is no such split. */
  List<Path> files(Path folder, String split) {
    Pattern name = Pattern.compile(Pattern.quote(split) + ENDINGS);
    for (Path place : List.of(folder, folder.resolve("data"))) {
      if (Files.isDirectory(place)) {
        try (Stream<Path> all = Files.list(place)) {
          List<Path> found =
              all.filter(file -> name.matcher(String.valueOf(file.getFileName())).matches())
                  .sorted()
                  .toList();
          if (!found.isEmpty()) {
            return found;
          }
        } catch (IOException e) {
          throw new UserException(place + " cannot be read: " + e, e);
        }
      }
    }
    return List.of();
  }

  /**
   * Columns of a split as text, in the order of the files.
   *
   * @param columns each by the names that it may have, in the order of preference
   * @return [rows][columns]
   * @throws UserException if there is no such split, no such column, or a value is missing
   */
  List<List<String>> rows(Path folder, String split, List<List<String>> columns) {
    return rows(folder, split, new Columns(columns, Optional.empty()));
  }

  /**
   * A column of texts with one of lists behind it, such as a query with its documents.
   *
   * @param key names that the first column may have
   * @param list names that the other may have; one text is a list of one
   * @return the text and then those of its list, for each row
   * @throws UserException as {@link #rows} does
   */
  List<List<String>> lists(Path folder, String split, List<String> key, List<String> list) {
    return rows(folder, split, new Columns(List.of(key), Optional.of(list)));
  }

  /**
   * Columns by the names that each may have.
   *
   * @param texts one text a row
   * @param list a text or a list of them a row, the last column
   */
  private record Columns(List<List<String>> texts, Optional<List<String>> list) {}

  private List<List<String>> rows(Path folder, String split, Columns columns) {
    List<Path> files = files(folder, split);
    if (files.isEmpty()) {
      throw missing(folder, split);
    }
    List<List<String>> rows = new ArrayList<>();
    for (Path file : files) {
      try {
        if (file.toString().endsWith(".parquet")) {
          addParquet(rows, file, columns);
        } else {
          addLines(rows, file, columns);
        }
      } catch (LayoutException e) {
        throw new UserException("%s: %s.".formatted(file, e.getMessage()), e);
      } catch (IOException e) {
        throw new UserException(file + " cannot be read: " + e, e);
      } catch (UncheckedIOException e) {
        throw new UserException(file + " cannot be read: " + e.getCause(), e);
      }
    }
    return rows;
  }

  private static UserException missing(Path folder, String splits) {
    return new UserException(
        "%s has no file of split %s, such as test.jsonl, test.jsonl.gz, test.parquet or test-00000-of-00001.parquet, nor has its folder data"
            .formatted(folder, splits));
  }

  private void addParquet(List<List<String>> rows, Path file, Columns columns) {
    Dataset<Row> table =
        ScalarColumns.parquet(
            context.spark(), LiteralPath.escaped(file.toAbsolutePath().toString()));
    List<String> present = Arrays.asList(table.columns());
    List<Column> selected = new ArrayList<>();
    for (List<String> names : columns.texts()) {
      selected.add(functions.array(ScalarColumns.text(table.schema(), column(present, names))));
    }
    columns
        .list()
        .ifPresent(
            names -> selected.add(ScalarColumns.texts(table.schema(), column(present, names))));
    List<List<String>> all = new ArrayList<>(columns.texts());
    columns.list().ifPresent(all::add);
    for (Row row :
        table
            .orderBy(functions.col("_metadata.row_index"))
            .select(selected.toArray(Column[]::new))
            .collectAsList()) {
      List<String> values = new ArrayList<>();
      for (int i = 0; i < row.length(); i++) {
        List<String> cell = row.isNullAt(i) ? null : row.getList(i);
        if (cell == null || cell.contains(null)) {
          throw new LayoutException(
              "row %d has no %s".formatted(rows.size() + 1, all.get(i).get(0)));
        }
        values.addAll(cell);
      }
      rows.add(values);
    }
  }

  private static void addLines(List<List<String>> rows, Path file, Columns columns)
      throws IOException {
    try (InputStream stream = Files.newInputStream(file);
        InputStream text = file.toString().endsWith(".gz") ? new GZIPInputStream(stream) : stream) {
      TextLines lines = new TextLines(text);
      for (TextLines.Line line = lines.next(); line != null; line = lines.next()) {
        if (!line.bytes().isBlank()) {
          rows.add(values(line, columns));
        }
      }
    }
  }

  private static List<String> values(TextLines.Line line, Columns columns) {
    Optional<JsonFields> fields;
    try {
      fields =
          JsonFields.withLists(
              TextLines.decode(line.bytes())
                  .orElseThrow(
                      () ->
                          new LayoutException(
                              "line %d: %s"
                                  .formatted(line.number(), TextLines.invalid(line.bytes())))));
    } catch (JsonProcessingException e) {
      throw new LayoutException(
          "line %d: not a JSON object: %s".formatted(line.number(), e.getOriginalMessage()));
    }
    JsonFields object =
        fields.orElseThrow(
            () -> new LayoutException("line %d: not a JSON object".formatted(line.number())));
    List<String> values = new ArrayList<>();
    for (List<String> names : columns.texts()) {
      JsonFields.Value value = object.values().get(column(object.keys(), names));
      if (value.text() == null) {
        throw new LayoutException(
            "line %d: '%s' is %s, expected a text or a number"
                .formatted(line.number(), names.get(0), value.kind().words()));
      }
      values.add(value.text());
    }
    columns
        .list()
        .ifPresent(
            names -> {
              JsonFields.Value value = object.values().get(column(object.keys(), names));
              values.addAll(
                  value
                      .texts()
                      .orElseThrow(
                          () ->
                              new LayoutException(
                                  "line %d: '%s' is %s, expected a list of texts or numbers"
                                      .formatted(
                                          line.number(), names.get(0), value.kind().words()))));
            });
    return values;
  }

  private static String column(List<String> present, List<String> names) {
    return names.stream()
        .flatMap(name -> ColumnNames.find(present, name).stream())
        .findFirst()
        .orElseThrow(
            () ->
                new LayoutException(
                    "no column %s; found %s"
                        .formatted(String.join(" or ", names), String.join(", ", present))));
  }
}
