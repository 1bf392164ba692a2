package io.silverspark.jobs.config;

import static io.silverspark.model.config.SettingType.flag;
import static io.silverspark.model.config.SettingType.number;
import static io.silverspark.model.config.SettingType.oneOf;
import static io.silverspark.model.config.SettingType.text;
import static io.silverspark.model.config.SettingType.wholeNumber;

import io.silverspark.model.config.Setting;
import io.silverspark.model.config.SettingGroup;
import java.util.List;

/** What {@code evaluate} measures and where the report goes. */
public final class EvaluateSettings {
  public static final Setting<Integer> RESAMPLES =
      new Setting<>(
          "evaluate.resamples", wholeNumber(1), 1000, "Bootstrap resamples of each interval.");
  public static final Setting<Double> CONFIDENCE =
      new Setting<>(
          "evaluate.confidence",
          number().where("above 0 and below 1", share -> share > 0 && share < 1),
          0.95,
          "Share of the bootstrap distribution inside an interval.");
  public static final Setting<String> STS_SPLIT =
      new Setting<>(
          "evaluate.stsSplit",
          oneOf("validation", "test"),
          "validation",
          "Split of the graded pairs that is reported.");
  public static final Setting<Integer> INTENT_EXPERIMENTS =
      new Setting<>(
          "evaluate.intentExperiments", wholeNumber(1), 10, "Repetitions of the intent protocol.");
  public static final Setting<Integer> INTENT_SAMPLES =
      new Setting<>(
          "evaluate.intentSamples", wholeNumber(1), 8, "Training texts per intent and experiment.");
  public static final Setting<Integer> TRIPLETS =
      new Setting<>(
          "evaluate.triplets",
          wholeNumber(0),
          2000,
          "Validation triplets at most, one a premise that has both an entailment and a"
              + " contradiction; 0 = all.");
  public static final Setting<Boolean> FULL =
      new Setting<>(
          "evaluate.full",
          flag(),
          false,
          "Also evaluates model.base with all its layers where model.layers cuts it.");
  public static final Setting<String> REPORT_DIR =
      new Setting<>(
          "report.dir",
          text(),
          "${run.dir}/report",
          "Directory of the HTML report and of metrics.json.");
  public static final Setting<String> REPORT_TITLE =
      new Setting<>("report.title", text(), "${run.name}", "Heading of the report.");

  public static final SettingGroup GROUP =
      new SettingGroup(
          "Evaluation and report",
          List.of(
              RESAMPLES,
              CONFIDENCE,
              STS_SPLIT,
              INTENT_EXPERIMENTS,
              INTENT_SAMPLES,
              TRIPLETS,
              FULL,
              REPORT_DIR,
              REPORT_TITLE));

  private EvaluateSettings() {}
}
