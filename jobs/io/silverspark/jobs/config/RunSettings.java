package io.silverspark.jobs.config;

import static io.silverspark.model.config.SettingType.longNumber;
import static io.silverspark.model.config.SettingType.name;
import static io.silverspark.model.config.SettingType.oneOf;
import static io.silverspark.model.config.SettingType.text;
import static io.silverspark.model.config.SettingType.textMap;

import io.silverspark.model.config.Setting;
import io.silverspark.model.config.SettingGroup;
import java.util.List;
import java.util.Map;

/** Where a run lives and how Spark is started. */
public final class RunSettings {
  public static final Setting<String> NAME =
      new Setting<>("run.name", name(), "run", "Name of the run, used for its directory.");
  public static final Setting<String> DIR =
      new Setting<>(
          "run.dir",
          name(),
          "out/${run.name}",
          "Directory of models, reports, logs and tables: a local path, or s3a:, abfss:, gs:,"
              + " dbfs:, hdfs: (worked on in run.cacheDir and sent back after each stage).");
  public static final Setting<String> CACHE_DIR =
      new Setting<>(
          "run.cacheDir",
          text(),
          "",
          "Directory on each machine for re-creatable cache files: copies of remote run"
              + " directories and models, DJL's native libraries; empty = Java's temporary"
              + " directory, and DJL's own choice.");
  public static final Setting<String> LOG_FORMAT =
      new Setting<>(
          "run.logFormat",
          oneOf("text", "json"),
          "text",
          "Log file in local mode: text, or JSON lines with run id, command and phase. Clusters:"
              + " conf/log4j2-json.properties.");
  public static final Setting<Long> SEED =
      new Setting<>(
          "run.seed", longNumber(), 42L, "Seed of everything random except the evaluation.");
  public static final Setting<String> TABLES_DIR =
      new Setting<>(
          "tables.dir",
          name(),
          "${run.dir}/tables",
          "Where the Delta tables are: a directory of any file system that Hadoop knows, or"
              + " catalog:NAME.SCHEMA for managed tables, such as those of Unity Catalog.");
  public static final Setting<String> SPARK_MASTER =
      new Setting<>(
          "spark.master",
          text(),
          "",
          "Spark master; empty takes the one of spark-submit, or else local[*].");
  public static final Setting<Map<String, String>> SPARK_CONF =
      new Setting<>(
          "spark.conf",
          textMap(),
          Map.of(),
          "Passed to Spark when the job starts it: { \"spark.sql.shuffle.partitions\" = 64 }.");

  public static final SettingGroup GROUP =
      new SettingGroup(
          "Run, tables and Spark",
          List.of(NAME, DIR, CACHE_DIR, LOG_FORMAT, SEED, TABLES_DIR, SPARK_MASTER, SPARK_CONF));

  private RunSettings() {}
}
