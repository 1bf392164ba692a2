package io.silverspark.jobs.ingest;

import io.silverspark.jobs.run.ComputedRows;
import io.silverspark.jobs.table.TableAddress;
import io.silverspark.model.error.UserException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.DataStreamReader;

/**
 * A source whose rows are read as they arrive, by the readers of the batch job.
 *
 * @param source a relation, or a pattern of files
 * @param names path of a file as the tables have it
 */
record FollowedSource(SourceFile source, UnaryOperator<String> names) {
  /** The connector's own class; Spark's message for its absence names no coordinates. */
  private static final String KAFKA = "org.apache.spark.sql.kafka010.KafkaSourceProvider";

  private static final String FILES_PER_BATCH = "1000";

  /**
   * The stream. Of files it has the paths alone.
   *
   * @param skipChanges ignores changed and deleted rows of a Delta table
   * @throws UserException if there is no such source, or the connector is missing
   */
  Dataset<Row> stream(SparkSession spark, boolean skipChanges) {
    try {
      DataStreamReader reader = spark.readStream();
      return switch (source.format()) {
        case FILES ->
            reader
                .format("binaryFile")
                .schema("path string, modificationTime timestamp, length bigint, content binary")
                .option("maxFilesPerTrigger", FILES_PER_BATCH)
                .load(source.path())
                .select("path");
        case DELTA, TABLE -> new TableAddress(source.path()).readStream(spark, skipChanges);
        case KAFKA -> kafka(reader, spark.version());
        default ->
            reader
                .format(source.mapping().reader())
                .options(source.mapping().options())
                .load(source.path());
      };
    } catch (UserException e) {
      throw e;
    } catch (Exception e) { // AnalysisException is checked, but not declared by Spark
      throw new UserException(
          "%s cannot be followed: %s"
              .formatted(
                  source.source(), String.valueOf(e.getMessage()).lines().findFirst().orElse("")),
          e);
    }
  }

  /** From the first message on that Kafka has, unless the options say otherwise. */
  private Dataset<Row> kafka(DataStreamReader reader, String version) {
    try {
      Class.forName(KAFKA, false, Thread.currentThread().getContextClassLoader());
    } catch (ClassNotFoundException e) {
      throw new UserException(
          "%s needs Spark's connector for Kafka, which is not on the class path: add --packages org.apache.spark:spark-sql-kafka-0-10_2.13:%s to spark-submit"
              .formatted(source.source(), version),
          e);
    }
    return reader
        .format("kafka")
        .option("startingOffsets", "earliest")
        .option("subscribe", source.path())
        .options(source.mapping().options())
        .load();
  }

  /** The rows of a batch of the stream, checked; in the columns of {@link SourceRows#SCHEMA}. */
  ComputedRows rows(SparkSession spark, Dataset<Row> batch) {
    return switch (source.format()) {
      case FILES ->
          new FollowedFiles(spark, files(batch.as(Encoders.STRING()).collectAsList())).rows();
      case KAFKA -> ComputedRows.of(SourceRows.messages(batch, source));
      default -> ComputedRows.of(SourceRows.arrived(batch, source));
    };
  }

  /** Files with an unknown ending are left out, as in a directory that is read once. */
  private List<SourceFile> files(List<String> paths) {
    List<SourceFile> files = new ArrayList<>();
    for (String path : paths.stream().sorted().toList()) {
      FileFormat.of(new Path(path).getName())
          .ifPresent(
              format ->
                  files.add(
                      new SourceFile(
                          source.rows(),
                          format,
                          source.split(),
                          path,
                          names.apply(path),
                          files.size(),
                          source.mostRows(),
                          source.mapping())));
    }
    return files;
  }
}
