package io.silverspark.jobs.doctor;

import io.silverspark.jobs.config.RunSettings;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.table.TableAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/** Spark, Scala and Delta as this process finds them, with one small table written and read. */
final class SparkChecks {
  private static final String SPARK_LINE = "4.";
  private static final String SCALA_LINE = "2.13";
  private static final String EXTENSIONS = "spark.sql.extensions";
  private static final String DELTA_EXTENSION = "io.delta.sql.DeltaSparkSessionExtension";

  private SparkChecks() {}

  static List<Check> all() {
    return List.of(
        new Check(
            "Spark",
            "Run with spark-submit of Spark 4, or with mvn exec:exec.",
            context -> versions(context.spark())),
        new Check(
            "Delta",
            "Add --packages io.delta:delta-spark_4.0_2.13:4.4.0 to spark-submit.",
            context -> List.of(delta(context.spark()))),
        new Check(
            "tables.dir",
            "Set tables.dir to a directory, or a schema, that driver and executors may write.",
            context -> List.of(smallTable(context))));
  }

  private static List<Finding> versions(SparkSession spark) {
    List<Finding> findings = new ArrayList<>();
    findings.add(
        Finding.of(
            spark.version().startsWith(SPARK_LINE),
            "Spark",
            spark.version() + " on " + spark.sparkContext().master(),
            "SilverSpark is compiled against Spark 4.0: use Databricks 17.3 LTS, EMR 8.0 or Spark"
                + " 4."));
    String version = scala.util.Properties.versionNumberString();
    findings.add(
        Finding.of(
            version.startsWith(SCALA_LINE), "Scala", version, "Use a Spark built for Scala 2.13."));
    return findings;
  }

  private static Finding delta(SparkSession spark) {
    String version = io.delta.package$.MODULE$.VERSION();
    boolean databricks = System.getenv("DATABRICKS_RUNTIME_VERSION") != null;
    boolean extended = databricks || spark.conf().get(EXTENSIONS, "").contains(DELTA_EXTENSION);
    return Finding.of(
        extended,
        "Delta",
        extended ? version : version + ", without its session extension",
        "Add --conf %s=%s --conf spark.sql.catalog.spark_catalog=org.apache.spark.sql.delta.catalog.DeltaCatalog"
            .formatted(EXTENSIONS, DELTA_EXTENSION));
  }

  /** Written by an executor beside the run's tables, read, and removed. */
  private static Finding smallTable(JobContext context) throws Exception {
    SparkSession spark = context.spark();
    String tables = context.get(RunSettings.TABLES_DIR);
    String name = "silverspark_doctor_" + UUID.randomUUID().toString().substring(0, 8);
    if (TableAddress.isName(tables)) {
      TableAddress address = new TableAddress(tables + "." + name);
      try {
        address.save(spark.range(3).toDF().write().format("delta"));
        return counted(address.read(spark).count(), tables);
      } finally {
        spark.sql("DROP TABLE IF EXISTS " + address.sql());
      }
    }
    Path directory = new Path(tables);
    FileSystem files = directory.getFileSystem(spark.sessionState().newHadoopConf());
    List<Path> made = missing(files, files.makeQualified(directory));
    Path table = new Path(files.makeQualified(directory), "." + name);
    try {
      spark.range(3).write().format("delta").save(table.toString());
      return counted(spark.read().format("delta").load(table.toString()).count(), tables);
    } finally {
      files.delete(table, true);
      for (Path parent : made) {
        if (files.exists(parent) && files.listStatus(parent).length == 0) {
          files.delete(parent, false);
        }
      }
    }
  }

  /** The directory and those above it that are not there yet, deepest first. */
  private static List<Path> missing(FileSystem files, Path directory) throws Exception {
    List<Path> missing = new ArrayList<>();
    for (Path path = directory; path != null && !files.exists(path); path = path.getParent()) {
      missing.add(path);
    }
    return missing;
  }

  private static Finding counted(long rows, String tables) {
    return Finding.of(
        rows == 3,
        "tables.dir",
        rows == 3 ? tables + ": a Delta table was written and read" : rows + " of 3 rows came back",
        "Check that executors and driver see the same file system at " + tables + ".");
  }
}
