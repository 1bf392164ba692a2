package io.silverspark.jobs.run;

import io.silverspark.jobs.config.RunSettings;
import io.silverspark.jobs.config.SettingEvidence;
import io.silverspark.jobs.table.ModelsTable;
import io.silverspark.jobs.table.TableStore;

/** Where a run lives and how Spark is started. */
public final class RunEvidence {
  private RunEvidence() {}

  public static void add(SettingEvidence evidence) {
    evidence.changes(RunSettings.NAME, "other", JobContext::runName);
    evidence.changes(RunSettings.NAME, "other", context -> context.directory().local());
    evidence.changes(RunSettings.DIR, "out/other", context -> context.directory().local());
    evidence.changes(
        RunSettings.CACHE_DIR,
        "/cache",
        context ->
            CacheDirectory.of(context.settings())
                + " "
                + CacheDirectory.executorConf(context.settings()));
    evidence.changes(
        RunSettings.LOG_FORMAT, "json", context -> LocalLogging.file("mine", context.settings()));
    evidence.changes(
        RunSettings.TABLES_DIR,
        "target/elsewhere",
        context -> TableStore.of(context).table(ModelsTable.DEFINITION).path());
    evidence.changes(
        RunSettings.SPARK_MASTER,
        "spark://host:7077",
        context -> SparkSessions.startConf(context.settings(), "test").get("spark.master"),
        "spark.master=local[3]");
    evidence.changes(
        RunSettings.SPARK_CONF,
        "{ \"spark.sql.shuffle.partitions\" = 64 }",
        context ->
            SparkSessions.startConf(context.settings(), "test")
                .get("spark.sql.shuffle.partitions"));
  }
}
