package io.silverspark.jobs.config;

import static io.silverspark.model.config.SettingType.flag;
import static io.silverspark.model.config.SettingType.oneOf;
import static io.silverspark.model.config.SettingType.text;

import io.silverspark.model.config.Setting;
import io.silverspark.model.config.SettingRule;
import io.silverspark.model.mining.MinedFormat;
import java.util.List;

/** The table of the user's that {@code mine} writes beside those of the run. */
public final class MinedTableSettings {
  public static final Setting<String> OUTPUT =
      new Setting<>(
          "mine.output",
          text(),
          "",
          "Delta table of your own for the mined rows, besides the run's table triplets: a path or"
              + " catalog:NAME.SCHEMA.TABLE, replaced as a whole; empty = none.");
  public static final Setting<MinedFormat> OUTPUT_FORMAT =
      new Setting<>(
          "mine.outputFormat",
          oneOf(MinedFormat.class),
          MinedFormat.TRIPLET,
          "Rows of mine.output, by the names of mine_hard_negatives: anchor, positive and negative"
              + " (triplet) or negative_1 to negative_n (n-tuple); anchor, text and label 1 or 0"
              + " (labeled-pair), or lists of both (labeled-list).");
  public static final Setting<Boolean> OUTPUT_SCORES =
      new Setting<>(
          "mine.outputScores",
          flag(),
          false,
          "Adds the similarities to mine.output as scores; in labelled rows they replace the"
              + " labels.");
  public static final Setting<Boolean> INCLUDE_POSITIVES =
      new Setting<>(
          "mine.includePositives",
          flag(),
          false,
          "Keeps an anchor's positives in the ranking of mine.output, to evaluate rerankers on; the"
              + " table triplets stays without them.");
  public static final Setting<String> CORPUS_ID =
      new Setting<>(
          "mine.corpusId",
          text(),
          "",
          "Column with the ids of such a table's texts, strings or whole numbers: mine.output gets"
              + " them as ids; empty = none.");

  static final List<Setting<?>> ALL =
      List.of(CORPUS_ID, OUTPUT, OUTPUT_FORMAT, OUTPUT_SCORES, INCLUDE_POSITIVES);

  private MinedTableSettings() {}

  static List<SettingRule> rules() {
    return List.of(
        SettingRule.mustBeRead(
            CORPUS_ID,
            s -> MineSettings.minesTable(s) && !s.get(OUTPUT).isEmpty(),
            "only mine.output holds ids, those of a table that mine.corpus names",
            MineSettings.CORPUS,
            OUTPUT),
        SettingRule.mustBeRead(
            OUTPUT,
            s -> !s.get(MineSettings.PRODUCE).equals("candidates"),
            "mine.produce = candidates mines no negatives",
            MineSettings.PRODUCE),
        ofOutput(OUTPUT_FORMAT),
        ofOutput(OUTPUT_SCORES),
        ofOutput(INCLUDE_POSITIVES),
        SettingRule.require(
            s -> !s.get(INCLUDE_POSITIVES) || s.get(OUTPUT_FORMAT) == MinedFormat.N_TUPLE,
            "mine.includePositives needs mine.outputFormat = n-tuple, which keeps the order of"
                + " the ranking.",
            INCLUDE_POSITIVES,
            OUTPUT_FORMAT));
  }

  private static SettingRule ofOutput(Setting<?> setting) {
    return SettingRule.mustBeRead(
        setting, s -> !s.get(OUTPUT).isEmpty(), "there is no mine.output", OUTPUT);
  }
}
