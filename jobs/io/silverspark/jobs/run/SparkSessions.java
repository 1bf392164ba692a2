package io.silverspark.jobs.run;

import io.silverspark.jobs.config.RankSettings;
import io.silverspark.jobs.config.RunSettings;
import io.silverspark.model.config.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/** Opens the Spark session: what a cluster already configured stays, local mode is made small. */
public final class SparkSessions {
  private static final String MASTER = "spark.master";
  private static final Map<String, String> DELTA =
      Map.of(
          "spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension",
          "spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog");
  private static final Map<String, String> LOCAL =
      Map.of(
          "spark.ui.enabled", "false",
          "spark.sql.shuffle.partitions", "4",
          "spark.databricks.delta.snapshotPartitions", "2",
          "spark.driver.host", "localhost",
          "spark.driver.bindAddress", "127.0.0.1");

  /** A barrier stage whose executor died looks for its successor every 2 s, not every 15 s. */
  private static final Map<String, String> BARRIER =
      Map.of(
          "spark.scheduler.barrier.maxConcurrentTasksCheck.interval", "2s",
          "spark.scheduler.barrier.maxConcurrentTasksCheck.maxFailures", "60");

  private SparkSessions() {}

  /**
   * Joins the active session or starts one. Order of precedence: the settings, spark-submit, the
   * defaults here. Times are UTC.
   */
  public static SparkSession open(Settings settings, String applicationName) {
    SparkSession.Builder builder = SparkSession.builder();
    if (isNoneActive()) {
      builder.config(startConf(settings, applicationName));
    }
    return builder.config("spark.sql.session.timeZone", "UTC").getOrCreate();
  }

  /** What Spark is started with. */
  static SparkConf startConf(Settings settings, String applicationName) {
    SparkConf conf = new SparkConf();
    settings.get(RunSettings.SPARK_CONF).forEach(conf::set);
    CacheDirectory.executorConf(settings).forEach(conf::setIfMissing);
    conf.set(MASTER, master(settings));
    conf.setIfMissing("spark.app.name", applicationName);
    if (!isDatabricks()) {
      DELTA.forEach(conf::setIfMissing);
    }
    if (settings.get(RankSettings.RANKS) > 1) {
      BARRIER.forEach(conf::setIfMissing);
    }
    if (isLocal(settings)) {
      LOCAL.forEach(conf::setIfMissing);
      conf.setIfMissing("spark.sql.warehouse.dir", warehouse(settings));
    }
    return conf;
  }

  /** Spark makes this directory at start, and so it must not lie in a run that is only planned. */
  private static String warehouse(Settings settings) {
    Path run = RunDirectory.local(settings);
    return (Files.isDirectory(run) ? run : CacheDirectory.of(settings))
        .resolve("warehouse")
        .toAbsolutePath()
        .toString(); // no URI, whose %20 Hadoop would take for letters
  }

  /** Whether driver and executors are this one process. */
  public static boolean isLocal(Settings settings) {
    String master = master(settings);
    return master.equals("local") || master.startsWith("local[");
  }

  static boolean isNoneActive() {
    return SparkSession.getDefaultSession().isEmpty();
  }

  private static String master(Settings settings) {
    String master = settings.get(RunSettings.SPARK_MASTER);
    return master.isEmpty() ? System.getProperty(MASTER, "local[*]") : master;
  }

  static boolean isDatabricks() {
    return System.getenv("DATABRICKS_RUNTIME_VERSION") != null;
  }
}
