package io.silverspark.jobs;

import io.silverspark.NarrowModel;
import io.silverspark.SparkFixture;
import io.silverspark.jobs.run.Job;
import io.silverspark.jobs.table.StoredTable;
import io.silverspark.jobs.table.TableDefinition;
import io.silverspark.jobs.table.TableStore;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Runs jobs in a directory of their own and looks at the tables they leave. */
public final class JobRun {
  private final SparkSession spark;
  private final Path directory;

  public JobRun(SparkSession spark, Path directory) {
    this.spark = spark;
    this.directory = directory;
  }

  public Path directory() {
    return directory;
  }

  /**
   * Runs a job with {@code key=value} settings, on the narrow model unless they name another; gives
   * what it told the user.
   */
  public String run(String command, Job job, String... overrides) {
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    List<String> all = new ArrayList<>(List.of("model.base=" + NarrowModel.directory()));
    all.addAll(List.of(overrides));
    all.add("run.dir=" + directory);
    job.run(SparkFixture.context(spark, command, lines, all.toArray(String[]::new)));
    return lines.toString(StandardCharsets.UTF_8);
  }

  public StoredTable table(TableDefinition definition) {
    return new TableStore(spark, directory.resolve("tables").toString(), "test", "test")
        .table(definition);
  }

  /** Writes rows, in the columns' order, dealt to so many partitions. */
  public void write(TableDefinition definition, List<Row> rows, int partitions) {
    table(definition)
        .replace(
            spark.createDataFrame(rows, definition.schema()).repartition(partitions), Map.of());
  }

  /** All rows as texts, sorted. */
  public List<String> rows(TableDefinition definition) {
    return table(definition).read().toJSON().collectAsList().stream().sorted().toList();
  }
}
