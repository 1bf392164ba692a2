package io.silverspark.jobs.table;

import io.silverspark.jobs.config.RunSettings;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.model.error.UserException;
import java.io.IOException;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/**
 * The tables below {@code tables.dir}, a directory or a schema of a catalog; writes are marked with
 * the job and the run.
 */
public final class TableStore {
  private final SparkSession spark;
  private final String directory;
  private final String job;
  private final String run;

  /**
   * Tables in a directory, which need not exist, or in {@code catalog:NAME.SCHEMA}, which must;
   * relative paths are made absolute.
   */
  public TableStore(SparkSession spark, String directory, String job, String run) {
    this.spark = spark;
    this.directory = qualified(spark, directory);
    this.job = job;
    this.run = run;
  }

  /** The tables of a job. */
  public static TableStore of(JobContext context) {
    return new TableStore(
        context.spark(), context.get(RunSettings.TABLES_DIR), context.command(), context.runName());
  }

  /** One table, which need not exist yet. */
  public StoredTable table(TableDefinition definition) {
    String place =
        TableAddress.isName(directory)
            ? directory + "." + definition.name()
            : new Path(directory, definition.name()).toString();
    return new StoredTable(spark, definition, new TableAddress(place), job, run);
  }

  /**
   * Full path of something that is kept beside the tables.
   *
   * @param what is kept, for the message
   * @param instead what else to do
   * @throws UserException if the tables are in a catalog, which has no room for files
   */
  public String path(String relative, String what, String instead) {
    if (TableAddress.isName(directory)) {
      throw new UserException(
          "tables.dir = '%s' has no room for the files of %s; set tables.dir to a directory, or %s"
              .formatted(directory, what, instead));
    }
    return new Path(directory, relative).toString();
  }

  private static String qualified(SparkSession spark, String directory) {
    if (TableAddress.isName(directory)) {
      return directory;
    }
    try {
      Path path = new Path(directory);
      return path.getFileSystem(spark.sessionState().newHadoopConf())
          .makeQualified(path)
          .toString();
    } catch (IOException | IllegalArgumentException e) {
      throw new UserException(
          "tables.dir = '%s' is not a usable directory: %s".formatted(directory, e.getMessage()),
          e);
    }
  }
}
