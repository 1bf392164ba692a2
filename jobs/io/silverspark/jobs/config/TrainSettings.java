package io.silverspark.jobs.config;

import static io.silverspark.model.config.SettingType.oneOf;
import static io.silverspark.model.config.SettingType.text;
import static io.silverspark.model.config.SettingType.textMap;
import static io.silverspark.model.config.SettingType.wholeNumber;

import io.silverspark.model.config.Setting;
import io.silverspark.model.config.SettingGroup;
import io.silverspark.model.config.SettingRule;
import io.silverspark.model.config.Settings;
import io.silverspark.model.encoder.Precision;
import io.silverspark.model.training.LearningRateSchedule;
import io.silverspark.model.training.TrainingPlan;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
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

  /** How long and how fast. */
  public static final PlanSettings PLAN =
      PlanSettings.of(
          "train",
          new PlanSettings.Defaults(
              1,
              32,
              5e-5,
              LearningRateSchedule.Shape.LINEAR,
              0.1,
              0.0,
              "Rows",
              List.of(Precision.AUTO, Precision.FP32, Precision.BF16, Precision.FP16)));

  /** The adapter that is trained in place of the weights. */
  public static final LoraSettings LORA = LoraSettings.of("train");

  public static final Setting<Integer> SILVER_EPOCHS =
      new Setting<>(
          "train.silverEpochs",
          wholeNumber(1),
          1,
          "Passes over gold and silver pairs together (train.data = gold+silver).");
  public static final Setting<Integer> GOLD_REPEAT =
      new Setting<>(
          "train.goldRepeat",
          wholeNumber(1),
          2,
          "Times each gold row is used per epoch beside the silver rows (train.data ="
              + " gold+silver); losses of single sentences take each text once and refuse it.");

  public static final Setting<Integer> ROWS_IN_MEMORY =
      new Setting<>(
          "train.rowsInMemory",
          wholeNumber(0),
          100_000,
          "Most rows of a data set that the driver of train-bi, train-cross and pretrain holds and"
              + " sends to ranks. More are tokenised by the executors into shards below tables.dir,"
              + " and ranks read a shard at a time.");
  public static final Setting<Integer> SHARD_ROWS =
      new Setting<>(
          "train.shardRows",
          wholeNumber(1),
          200_000,
          "Rows of a shard, from which batches are drawn; fewer where texts are long. Equal texts"
              + " are kept apart, and classes together, within a shard.");

  public static final Setting<Optional<String>> PROMPT = ColumnPrompts.PROMPT;
  public static final Setting<Map<String, String>> PROMPTS = ColumnPrompts.PROMPTS;

  public static final SettingGroup GROUP =
      new SettingGroup(
          "Bi-encoder",
          Stream.of(
                  List.<Setting<?>>of(
                      DATA, LOSS, LOSS_PARAMETERS, TEACHER, MATCH_CLASS, POSITIVES, HARD_NEGATIVES),
                  PLAN.all(),
                  LORA.all(),
                  List.of(SILVER_EPOCHS, GOLD_REPEAT, ROWS_IN_MEMORY, SHARD_ROWS, PROMPT, PROMPTS))
              .flatMap(List::stream)
              .toList(),
          Stream.of(
                  PLAN.rules(),
                  LORA.rules(),
                  List.of(
                      SettingRule.exclusive(PLAN.steps(), SILVER_EPOCHS),
                      LossRules.batchSize(),
                      LossRules.parameters(),
                      TrainingUse.mustBeRead(TEACHER),
                      TrainingUse.mustBeRead(MATCH_CLASS),
                      TrainingUse.mustBeRead(POSITIVES),
                      TrainingUse.mustBeRead(HARD_NEGATIVES),
                      TrainingUse.mustBeRead(PLAN.epochs()),
                      TrainingUse.mustBeRead(SILVER_EPOCHS),
                      TrainingUse.mustBeRead(GOLD_REPEAT)),
                  ColumnPrompts.rules())
              .flatMap(List::stream)
              .toList());

  /** Settings that a fingerprint of an earlier version did not have. */
  public static final Set<Setting<?>> LATER =
      Stream.concat(
              LORA
                  .with(
                      PLAN.except(
                          "epochs",
                          "batchSize",
                          "learningRate",
                          "warmupSteps",
                          "warmupRatio",
                          "weightDecay",
                          "gradientAccumulation",
                          "maxGradNorm",
                          "precision",
                          "evaluationSteps",
                          "checkpointSteps"))
                  .stream(),
              Stream.of(ROWS_IN_MEMORY, SHARD_ROWS))
          .collect(Collectors.toUnmodifiableSet());

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

  /** The plan for gold and silver pairs together, which have epochs of their own. */
  public static TrainingPlan silverPlan(Settings settings) {
    return PLAN.plan(settings, settings.get(SILVER_EPOCHS));
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
            SILVER_EPOCHS,
            GOLD_REPEAT);
    return GROUP.settings().stream().filter(setting -> !ofEach.contains(setting)).toList();
  }
}
