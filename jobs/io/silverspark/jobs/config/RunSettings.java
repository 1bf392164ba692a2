package io.silverspark.jobs.config;

import static io.silverspark.model.config.SettingType.longNumber;
import static io.silverspark.model.config.SettingType.name;
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
          "run.dir", name(), "out/${run.name}", "Directory of models, reports, logs and tables.");
  public static final Setting<Long> SEED =
      new Setting<>("run.seed", longNumber(), 42L, "Seed of everything random.");
  public static final Setting<String> TABLES_DIR =
      new Setting<>(
          "tables.dir",
          name(),
          "${run.dir}/tables",
          "Directory of the Delta tables; any path that Hadoop knows.");
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
          "Run, tables and Spark", List.of(NAME, DIR, SEED, TABLES_DIR, SPARK_MASTER, SPARK_CONF));

  private RunSettings() {}
}
