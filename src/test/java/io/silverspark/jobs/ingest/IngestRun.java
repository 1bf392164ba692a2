package io.silverspark.jobs.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.silverspark.SparkFixture;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.table.QuarantineTable;
import io.silverspark.jobs.table.TableDefinition;
import io.silverspark.jobs.table.TableStore;
import io.silverspark.model.error.UserException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Runs of {@code ingest} over the files of a directory, whose tables are in its folder run. */
final class IngestRun {
  private final SparkSession spark;
  private final Path directory;
  private final ByteArrayOutputStream lines = new ByteArrayOutputStream();

  IngestRun(SparkSession spark, Path directory) {
    this.spark = spark;
    this.directory = directory;
  }

  JobContext run(String... settings) {
    return run(new IngestJob(), settings);
  }

  JobContext run(IngestJob job, String... settings) {
    List<String> all =
        new ArrayList<>(List.of("run.dir=" + directory.resolve("run"), "data.dir=" + directory));
    all.addAll(List.of(settings));
    JobContext context = SparkFixture.context(spark, "ingest", lines, all.toArray(String[]::new));
    job.run(context);
    return context;
  }

  void assertFails(String message, String... settings) {
    assertThatThrownBy(() -> run(settings)).isInstanceOf(UserException.class).hasMessage(message);
    assertThat(directory.resolve("run/tables")).doesNotExist();
  }

  static List<String> rows(JobContext context, TableDefinition table, String... columns) {
    return TableStore.of(context)
        .table(table)
        .read()
        .orderBy(table.equals(QuarantineTable.DEFINITION) ? "line" : "row")
        .selectExpr(columns)
        .collectAsList()
        .stream()
        .map(Row::toString)
        .toList();
  }

  void file(String name, String text) throws IOException {
    Path path = directory.resolve(name);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text, StandardCharsets.UTF_8);
  }

  /** What the runs told. */
  String text() {
    return lines.toString(StandardCharsets.UTF_8);
  }
}
