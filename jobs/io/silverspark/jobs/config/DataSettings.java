package io.silverspark.jobs.config;

import static io.silverspark.model.config.SettingType.name;
import static io.silverspark.model.config.SettingType.numberBetween;
import static io.silverspark.model.config.SettingType.text;
import static io.silverspark.model.config.SettingType.wholeNumber;

import io.silverspark.model.config.Setting;
import io.silverspark.model.config.SettingGroup;
import io.silverspark.model.config.SettingRule;
import java.util.List;

/** What {@code ingest} reads. */
public final class DataSettings {
  public static final Setting<String> DIR =
      new Setting<>(
          "data.dir",
          name(),
          "data/sample",
          "Directory that the paths below are relative to; brackets and stars in its name are"
              + " taken literally.");
  public static final Setting<String> NLI_TRAIN =
      file("nli.train", "Training pairs of natural language inference.");
  public static final Setting<String> NLI_VALIDATION =
      file("nli.validation", "Validation pairs of natural language inference.");
  public static final Setting<String> STS_TRAIN =
      file("sts.train", "Training pairs with a similarity from 0 to 5.");
  public static final Setting<String> STS_VALIDATION =
      file("sts.validation", "Validation pairs with a similarity from 0 to 5.");
  public static final Setting<String> STS_TEST =
      file("sts.test", "Test pairs with a similarity from 0 to 5.");
  public static final Setting<String> INTENTS_TRAIN =
      file("intents.train", "Training texts with an intent.");
  public static final Setting<String> INTENTS_TEST =
      file("intents.test", "Test texts with an intent.");
  public static final Setting<Integer> NLI_ROWS = rows("nli");
  public static final Setting<Integer> STS_ROWS = rows("sts");
  public static final Setting<Integer> INTENTS_ROWS = rows("intents");
  public static final Setting<Double> MAX_BAD_SHARE =
      new Setting<>(
          "data.maxBadShare",
          numberBetween(0, 1),
          0.01,
          "Share of malformed rows of one file above which ingest fails before it writes.");

  public static final SettingGroup GROUP =
      new SettingGroup(
          "Data",
          List.of(
              DIR,
              NLI_TRAIN,
              NLI_VALIDATION,
              STS_TRAIN,
              STS_VALIDATION,
              STS_TEST,
              INTENTS_TRAIN,
              INTENTS_TEST,
              NLI_ROWS,
              STS_ROWS,
              INTENTS_ROWS,
              MAX_BAD_SHARE),
          List.of(
              ofFile(NLI_ROWS, NLI_TRAIN),
              ofFile(STS_ROWS, STS_TRAIN),
              ofFile(INTENTS_ROWS, INTENTS_TRAIN)));

  private DataSettings() {}

  private static SettingRule ofFile(Setting<Integer> rows, Setting<String> file) {
    return SettingRule.mustBeRead(
        rows, s -> !s.get(file).isBlank(), "%s names no file".formatted(file), file);
  }

  private static Setting<String> file(String name, String help) {
    return new Setting<>(
        "data." + name,
        text(),
        "",
        help
            + " Path or glob (parquet, tsv, jsonl, csv, Delta table) of any file system, or"
            + " catalog:NAME.SCHEMA.TABLE; empty = none.");
  }

  private static Setting<Integer> rows(String name) {
    return new Setting<>(
        "data.rows." + name,
        wholeNumber(0),
        0,
        "Keeps only the first rows of each %s training file; 0 = all.".formatted(name));
  }
}
