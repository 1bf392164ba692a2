package io.silverspark.jobs.config;

import static io.silverspark.model.config.SettingType.name;
import static io.silverspark.model.config.SettingType.numberBetween;
import static io.silverspark.model.config.SettingType.oneOf;
import static io.silverspark.model.config.SettingType.text;
import static io.silverspark.model.config.SettingType.wholeNumber;

import io.silverspark.model.config.Setting;
import io.silverspark.model.config.SettingGroup;
import io.silverspark.model.config.SettingRule;
import io.silverspark.model.encoder.Precision;
import io.silverspark.model.pretraining.TokenMasking;
import io.silverspark.model.pretraining.WordDeletion;
import io.silverspark.model.training.LearningRateSchedule;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** How {@code pretrain} trains on texts without labels. */
public final class PretrainSettings {
  /** The ingested tables among the values of {@code pretrain.corpus}. */
  private static final Set<String> TABLES = Set.of("sts", "nli", "intents", "pairs");

  public static final Setting<PretrainMethod> METHOD =
      new Setting<>(
          "pretrain.method",
          oneOf(PretrainMethod.class),
          PretrainMethod.TSDAE,
          "Denoising auto-encoder (tsdae), masked language model (mlm) or contrast of a text with"
              + " itself (simcse).");
  public static final Setting<String> CORPUS =
      new Setting<>(
          "pretrain.corpus",
          name(),
          "sts",
          "Texts to learn from: training texts of sts, nli, intents or pairs, or a path (.txt, .jsonl,"
              + " .parquet, Delta table); several separated by commas.");
  public static final Setting<String> COLUMN =
      new Setting<>(
          "pretrain.column", name(), "text", "Field or column with the texts of such a path.");
  public static final Setting<Integer> ROWS =
      new Setting<>(
          "pretrain.rows",
          wholeNumber(0),
          0,
          "Distinct texts: this many, chosen by a hash of text and run.seed; 0 = all.");
  public static final Setting<String> BASE =
      new Setting<>(
          "pretrain.base",
          text(),
          "",
          "Model that it starts from; empty = model.base, cut as model.layers says.");
  public static final Setting<Optional<String>> POOLING =
      new Setting<>(
          "pretrain.pooling",
          oneOf("cls", "mean", "max", "model").orNone(),
          Optional.empty(),
          "Pooling of the model that is trained and written; model = the base model's own modules,"
              + " the others scale nothing; null = cls for tsdae, model for mlm and simcse.");

  /** How long and how fast. */
  public static final PlanSettings PLAN =
      PlanSettings.of(
          "pretrain",
          new PlanSettings.Defaults(
              1,
              16,
              3e-5,
              LearningRateSchedule.Shape.CONSTANT,
              0.0,
              0.0,
              "Texts",
              List.of(Precision.AUTO, Precision.FP32, Precision.BF16)));

  public static final Setting<Double> DELETION_RATIO =
      new Setting<>(
          "pretrain.deletionRatio",
          numberBetween(0, 1),
          WordDeletion.DEFAULT_RATIO,
          "tsdae: share of the words that are deleted from the copy.");
  public static final Setting<Double> MASK_PROBABILITY =
      new Setting<>(
          "pretrain.maskProbability",
          numberBetween(0, 1).where("above 0", probability -> probability > 0),
          TokenMasking.DEFAULT_PROBABILITY,
          "mlm: share of the tokens that are predicted.");
  public static final SettingGroup GROUP =
      new SettingGroup(
          "Pre-training",
          Stream.concat(
                  Stream.of(
                      METHOD,
                      CORPUS,
                      COLUMN,
                      ROWS,
                      BASE,
                      POOLING,
                      DELETION_RATIO,
                      MASK_PROBABILITY),
                  PLAN.all().stream())
              .toList(),
          Stream.concat(
                  PLAN.rules().stream(),
                  Stream.of(
                      SettingRule.mustBeRead(
                          MASK_PROBABILITY,
                          s -> s.get(METHOD) == PretrainMethod.MLM,
                          "only pretrain.method = mlm masks tokens",
                          METHOD),
                      SettingRule.mustBeRead(
                          DELETION_RATIO,
                          s -> s.get(METHOD) == PretrainMethod.TSDAE,
                          "only pretrain.method = tsdae deletes words",
                          METHOD),
                      SettingRule.mustBeRead(
                          COLUMN,
                          s ->
                              Arrays.stream(s.get(CORPUS).split(","))
                                  .anyMatch(name -> !TABLES.contains(name.strip())),
                          "pretrain.corpus names ingested tables alone, whose columns are known",
                          CORPUS),
                      SettingRule.require(
                          s ->
                              s.get(METHOD) != PretrainMethod.SIMCSE
                                  || s.get(PLAN.batchSize()) >= 2,
                          "pretrain.batchSize must be >= 2 while pretrain.method is simcse, because"
                              + " in-batch negatives need another row.",
                          METHOD,
                          PLAN.batchSize())))
              .toList());

  /** Settings that a fingerprint of an earlier version did not have. */
  public static final Set<Setting<?>> LATER =
      PLAN.except(
          "epochs",
          "steps",
          "batchSize",
          "learningRate",
          "schedule",
          "warmupRatio",
          "weightDecay",
          "gradientAccumulation",
          "precision",
          "evaluationSteps",
          "checkpointSteps");

  private PretrainSettings() {}

  /**
   * The settings that a method depends on, so that a change to the others does not train again.
   *
   * @param method that is used
   * @return settings of this group
   */
  public static List<Setting<?>> of(PretrainMethod method) {
    Set<Setting<?>> unused =
        switch (method) {
          case TSDAE -> Set.of(MASK_PROBABILITY);
          case MLM -> Set.of(DELETION_RATIO);
          case SIMCSE -> Set.of(DELETION_RATIO, MASK_PROBABILITY);
        };
    return GROUP.settings().stream().filter(setting -> !unused.contains(setting)).toList();
  }
}
