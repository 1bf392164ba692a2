package io.silverspark.jobs.config;

import static io.silverspark.model.config.SettingType.numberBetween;
import static io.silverspark.model.config.SettingType.oneOf;
import static io.silverspark.model.config.SettingType.positiveNumber;
import static io.silverspark.model.config.SettingType.text;
import static io.silverspark.model.config.SettingType.textMap;
import static io.silverspark.model.config.SettingType.wholeNumber;

import io.silverspark.model.config.Setting;
import io.silverspark.model.config.SettingGroup;
import io.silverspark.model.config.SettingRule;
import io.silverspark.model.encoder.Precision;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** How {@code train-bi} fine-tunes the sentence encoder. */
public final class TrainSettings {
  public static final Setting<String> DATA =
      new Setting<>(
          "train.data",
          oneOf("gold", "gold+silver", "triplets", "intents", "datasets"),
          "gold+silver",
          "What train-bi learns from: gold pairs, gold and silver pairs, the mined triplets, the"
              + " texts of the table intents with their classes, or several of these"
              + " (train.datasets).");
  public static final Setting<String> LOSS =
      new Setting<>(
          "train.loss",
          oneOf(LossRules.names()),
          LossRules.AUTO,
          "Loss by its name in sentence-transformers; the table below says which data each takes."
              + " auto = CosineSimilarityLoss for pairs, MultipleNegativesRankingLoss for triplets,"
              + " BatchHardSoftMarginTripletLoss for intents.");
  public static final Setting<Map<String, String>> LOSS_PARAMETERS =
      new Setting<>(
          "train.lossParameters",
          textMap(),
          Map.of(),
          "Parameters of the loss, such as { scale = 20, miniBatchSize = 32 }; absent ones have the"
              + " defaults of the table below.");
  public static final Setting<String> TEACHER =
      new Setting<>(
          "train.teacher",
          text(),
          "",
          "Model that the loss uses: guide of GISTEmbedLoss or teacher of MSELoss (a sentence"
              + " encoder), teacher of MarginMSELoss (a cross-encoder; empty = the run's).");
  public static final Setting<String> MATCH_CLASS =
      new Setting<>(
          "train.matchClass",
          text(),
          "",
          "Class of a cross-encoder as teacher whose probability is the score, by name or number;"
              + " empty = the one that its id2label names, such as entailment.");
  public static final Setting<String> POSITIVES =
      new Setting<>(
          "train.positives",
          oneOf("entailment", "all"),
          "entailment",
          "NLI pairs that count as positives for losses without labels; all = neutral and"
              + " contradicting ones too, which hurts the model and is there to demonstrate it.");
  public static final Setting<Integer> HARD_NEGATIVES =
      new Setting<>(
          "train.hardNegatives",
          wholeNumber(1),
          1,
          "Negatives in a row of triplets: 1 = a row for each triplet; more = rows of an anchor,"
              + " its positive and so many mined negatives; anchors with fewer are left out.");
  public static final Setting<Integer> EPOCHS =
      new Setting<>("train.epochs", wholeNumber(1), 1, "Passes over gold pairs or triplets.");
  public static final Setting<Integer> SILVER_EPOCHS =
      new Setting<>(
          "train.silverEpochs", wholeNumber(1), 1, "Passes over gold and silver pairs together.");
  public static final Setting<Integer> BATCH_SIZE =
      new Setting<>("train.batchSize", wholeNumber(1), 32, "Rows per step.");
  public static final Setting<Double> LEARNING_RATE =
      new Setting<>("train.learningRate", positiveNumber(), 5e-5, "Peak learning rate.");
  public static final Setting<Optional<Integer>> WARMUP_STEPS =
      new Setting<>(
          "train.warmupSteps",
          wholeNumber(0).orNone(),
          Optional.empty(),
          "Steps until the peak learning rate; null = train.warmupRatio counts.");
  public static final Setting<Double> WARMUP_RATIO =
      new Setting<>(
          "train.warmupRatio",
          numberBetween(0, 1),
          0.1,
          "Share of all steps until the peak learning rate.");
  public static final Setting<Double> WEIGHT_DECAY =
      new Setting<>(
          "train.weightDecay", numberBetween(0, 1), 0.0, "AdamW's decay of weight matrices.");
  public static final Setting<Integer> GRADIENT_ACCUMULATION =
      new Setting<>(
          "train.gradientAccumulation",
          wholeNumber(1),
          1,
          "Batches whose gradients are added before one update.");
  public static final Setting<Double> MAX_GRAD_NORM =
      new Setting<>(
          "train.maxGradNorm", positiveNumber(), 1.0, "Gradients are scaled down to this norm.");
  public static final Setting<Precision> PRECISION =
      new Setting<>(
          "train.precision",
          oneOf(List.of(Precision.AUTO, Precision.FP32, Precision.BF16, Precision.FP16)),
          Precision.AUTO,
          "Arithmetic of training; auto as for model.precision, one for all ranks; fp16 scales the"
              + " loss.");
  public static final Setting<Integer> EVALUATION_STEPS =
      new Setting<>(
          "train.evaluationSteps",
          wholeNumber(0),
          0,
          "Evaluates after this many steps and keeps the best model; 0 = at the end of epochs.");
  public static final Setting<Integer> CHECKPOINT_STEPS =
      new Setting<>(
          "train.checkpointSteps",
          wholeNumber(0),
          200,
          "Saves a checkpoint after this many steps; 0 = never.");
  public static final Setting<Integer> GOLD_REPEAT =
      new Setting<>(
          "train.goldRepeat",
          wholeNumber(1),
          2,
          "Times each gold row is used per epoch beside the silver rows (train.data ="
              + " gold+silver); losses of single sentences take each text once and refuse it.");

  public static final Setting<Optional<String>> PROMPT = ColumnPrompts.PROMPT;
  public static final Setting<Map<String, String>> PROMPTS = ColumnPrompts.PROMPTS;

  public static final SettingGroup GROUP =
      new SettingGroup(
          "Bi-encoder",
          List.of(
              DATA,
              LOSS,
              LOSS_PARAMETERS,
              TEACHER,
              MATCH_CLASS,
              POSITIVES,
              HARD_NEGATIVES,
              EPOCHS,
              SILVER_EPOCHS,
              BATCH_SIZE,
              LEARNING_RATE,
              WARMUP_STEPS,
              WARMUP_RATIO,
              WEIGHT_DECAY,
              GRADIENT_ACCUMULATION,
              MAX_GRAD_NORM,
              PRECISION,
              EVALUATION_STEPS,
              CHECKPOINT_STEPS,
              GOLD_REPEAT,
              PROMPT,
              PROMPTS),
          Stream.concat(
                  Stream.of(
                      SettingRule.exclusive(WARMUP_STEPS, WARMUP_RATIO),
                      LossRules.batchSize(),
                      LossRules.parameters(),
                      TrainingUse.mustBeRead(TEACHER),
                      TrainingUse.mustBeRead(MATCH_CLASS),
                      TrainingUse.mustBeRead(POSITIVES),
                      TrainingUse.mustBeRead(HARD_NEGATIVES),
                      TrainingUse.mustBeRead(EPOCHS),
                      TrainingUse.mustBeRead(SILVER_EPOCHS),
                      TrainingUse.mustBeRead(GOLD_REPEAT)),
                  ColumnPrompts.rules().stream())
              .toList());

  private TrainSettings() {}

  /**
   * The settings that a training depends on, so that a change to the others does not train it
   * again.
   *
   * @param use what is learned from, by which loss
   * @return settings of this group
   */
  public static List<Setting<?>> of(TrainingUse use) {
    return GROUP.settings().stream().filter(use::reads).toList();
  }

  /** The settings that hold for several data sets together; each has its own besides. */
  public static List<Setting<?>> ofSeveral() {
    Set<Setting<?>> ofEach =
        Set.of(
            DATA,
            LOSS,
            LOSS_PARAMETERS,
            TEACHER,
            MATCH_CLASS,
            POSITIVES,
            HARD_NEGATIVES,
            BATCH_SIZE,
            SILVER_EPOCHS,
            GOLD_REPEAT);
    return GROUP.settings().stream().filter(setting -> !ofEach.contains(setting)).toList();
  }
}
