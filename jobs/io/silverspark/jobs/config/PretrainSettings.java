package io.silverspark.jobs.config;

import static io.silverspark.model.config.SettingType.name;
import static io.silverspark.model.config.SettingType.numberBetween;
import static io.silverspark.model.config.SettingType.oneOf;
import static io.silverspark.model.config.SettingType.positiveNumber;
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

/** How {@code pretrain} trains on texts without labels. */
public final class PretrainSettings {
  /** The ingested tables among the values of {@code pretrain.corpus}. */
  private static final Set<String> TABLES = Set.of("sts", "nli", "intents");

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
          "Texts to learn from: training texts of sts, nli or intents, or a path (.txt, .jsonl,"
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
  public static final Setting<Integer> EPOCHS =
      new Setting<>("pretrain.epochs", wholeNumber(1), 1, "Passes over the texts.");
  public static final Setting<Optional<Integer>> STEPS =
      new Setting<>(
          "pretrain.steps",
          wholeNumber(1).orNone(),
          Optional.empty(),
          "Stops after this many steps, whatever pretrain.epochs says; null = pretrain.epochs"
              + " counts.");
  public static final Setting<Integer> BATCH_SIZE =
      new Setting<>("pretrain.batchSize", wholeNumber(1), 16, "Texts per step.");
  public static final Setting<Double> LEARNING_RATE =
      new Setting<>("pretrain.learningRate", positiveNumber(), 3e-5, "Peak learning rate.");
  public static final Setting<LearningRateSchedule.Shape> SCHEDULE =
      new Setting<>(
          "pretrain.schedule",
          oneOf(LearningRateSchedule.Shape.class),
          LearningRateSchedule.Shape.CONSTANT,
          "Learning rate after the warmup.");
  public static final Setting<Double> WARMUP_RATIO =
      new Setting<>(
          "pretrain.warmupRatio",
          numberBetween(0, 1),
          0.0,
          "Share of all steps until the peak learning rate.");
  public static final Setting<Double> WEIGHT_DECAY =
      new Setting<>(
          "pretrain.weightDecay", numberBetween(0, 1), 0.0, "AdamW's decay of weight matrices.");
  public static final Setting<Integer> GRADIENT_ACCUMULATION =
      new Setting<>(
          "pretrain.gradientAccumulation",
          wholeNumber(1),
          1,
          "Batches whose gradients are averaged before one update.");
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
  public static final Setting<Precision> PRECISION =
      new Setting<>(
          "pretrain.precision",
          oneOf(List.of(Precision.AUTO, Precision.FP32, Precision.BF16)),
          Precision.AUTO,
          "Arithmetic of training; auto: bf16 where it is native, else fp32.");
  public static final Setting<Integer> EVALUATION_STEPS =
      new Setting<>(
          "pretrain.evaluationSteps",
          wholeNumber(0),
          0,
          "Scores the STS validation pairs, where there are any, after this many steps and keeps"
              + " the best weights; 0 = at the end only.");
  public static final Setting<Integer> CHECKPOINT_STEPS =
      new Setting<>(
          "pretrain.checkpointSteps",
          wholeNumber(0),
          200,
          "Saves a checkpoint after this many steps; 0 = never.");

  public static final SettingGroup GROUP =
      new SettingGroup(
          "Pre-training",
          List.of(
              METHOD,
              CORPUS,
              COLUMN,
              ROWS,
              BASE,
              POOLING,
              EPOCHS,
              STEPS,
              BATCH_SIZE,
              LEARNING_RATE,
              SCHEDULE,
              WARMUP_RATIO,
              WEIGHT_DECAY,
              GRADIENT_ACCUMULATION,
              DELETION_RATIO,
              MASK_PROBABILITY,
              PRECISION,
              EVALUATION_STEPS,
              CHECKPOINT_STEPS),
          List.of(
              SettingRule.exclusive(STEPS, EPOCHS),
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
                  s -> s.get(METHOD) != PretrainMethod.SIMCSE || s.get(BATCH_SIZE) >= 2,
                  "pretrain.batchSize must be >= 2 while pretrain.method is simcse, because"
                      + " in-batch negatives need another row.",
                  METHOD,
                  BATCH_SIZE)));

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
