package io.silverspark.jobs.config;

import static io.silverspark.model.config.SettingType.name;
import static io.silverspark.model.config.SettingType.numberBetween;
import static io.silverspark.model.config.SettingType.oneOf;

import io.silverspark.model.config.Setting;
import io.silverspark.model.config.SettingGroup;
import io.silverspark.model.config.SettingRule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What {@code ingest} reads. */
public final class DataSettings {
  public static final Setting<String> DIR =
      new Setting<>(
          "data.dir",
          name(),
          "data/sample",
          "Directory that the paths below are relative to; brackets and stars in its name are"
              + " taken literally.");

  /** Pairs with a class. */
  public static final DataKind NLI =
      DataKind.of(
          "nli",
          splits(
              DataKind.TRAIN,
              "Training pairs of natural language inference.",
              "validation",
              "Validation pairs of natural language inference."),
          "premise",
          "hypothesis",
          "label");

  /** Pairs with a similarity. */
  public static final DataKind STS =
      DataKind.of(
          "sts",
          splits(
              DataKind.TRAIN,
              "Training pairs with a similarity from 0 to 5.",
              "validation",
              "Validation pairs with a similarity from 0 to 5.",
              "test",
              "Test pairs with a similarity from 0 to 5."),
          "sentence1",
          "sentence2",
          "score");

  /** Texts with a label. */
  public static final DataKind INTENTS =
      DataKind.of(
          "intents",
          splits(
              DataKind.TRAIN,
              "Training texts with an intent.",
              "test",
              "Test texts with an intent."),
          "text",
          "label");

  /** Anchors with the text that answers them. */
  public static final DataKind PAIRS =
      DataKind.of(
          "pairs",
          splits(
              DataKind.TRAIN,
              "Training pairs of an anchor and a positive: question and answer.",
              "validation",
              "Validation pairs of an anchor and a positive.",
              "test",
              "Test pairs of an anchor and a positive."),
          "anchor",
          "positive");

  /** All kinds, in the order in which they are read. */
  public static final List<DataKind> KINDS = List.of(NLI, STS, INTENTS, PAIRS);

  public static final Setting<Double> MAX_BAD_SHARE =
      new Setting<>(
          "data.maxBadShare",
          numberBetween(0, 1),
          0.01,
          "Share of malformed rows of one file above which ingest fails before it writes.");
  public static final Setting<String> DECONTAMINATION =
      new Setting<>(
          "data.decontamination",
          oneOf("none", "exact", "near"),
          "none",
          "Training rows that are left out: those with a text that a row of another split has, but"
              + " for case, punctuation and spaces (exact), or almost has (near).");
  public static final Setting<Double> NEAR_SIMILARITY =
      new Setting<>(
          "data.nearSimilarity",
          numberBetween(0.5, 1),
          0.8,
          "data.decontamination = near: Jaccard similarity of the texts' words, in runs of three,"
              + " from which they are almost the same; estimated by MinHash.");

  public static final SettingGroup GROUP = new SettingGroup("Data", settings(), rules());

  private DataSettings() {}

  private static Map<String, String> splits(String... splitsAndHelp) {
    Map<String, String> splits = new LinkedHashMap<>();
    for (int i = 0; i < splitsAndHelp.length; i += 2) {
      splits.put(splitsAndHelp[i], splitsAndHelp[i + 1]);
    }
    return splits;
  }

  private static List<Setting<?>> settings() {
    List<Setting<?>> all = new ArrayList<>(List.of(DIR));
    KINDS.forEach(kind -> all.addAll(kind.settings()));
    KINDS.forEach(kind -> all.add(kind.rows()));
    all.addAll(List.of(MAX_BAD_SHARE, DECONTAMINATION, NEAR_SIMILARITY));
    return all;
  }

  private static List<SettingRule> rules() {
    List<SettingRule> all = new ArrayList<>();
    KINDS.forEach(kind -> all.addAll(kind.rules()));
    all.add(
        SettingRule.mustBeRead(
            NEAR_SIMILARITY,
            s -> s.get(DECONTAMINATION).equals("near"),
            "data.decontamination is not near",
            DECONTAMINATION));
    return all;
  }
}
