package io.silverspark.jobs.config;

import static io.silverspark.model.config.SettingType.flag;
import static io.silverspark.model.config.SettingType.oneOf;
import static io.silverspark.model.config.SettingType.text;
import static io.silverspark.model.config.SettingType.textMap;
import static io.silverspark.model.config.SettingType.wholeNumber;

import io.silverspark.model.config.Setting;
import io.silverspark.model.config.SettingGroup;
import io.silverspark.model.config.SettingRule;
import io.silverspark.model.config.Settings;
import io.silverspark.model.encoder.Precision;
import io.silverspark.model.loss.NamedCrossEncoderLoss;
import io.silverspark.model.training.LearningRateSchedule;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How {@code train-cross} fine-tunes the cross-encoder. */
public final class CrossSettings {
  private static final String GOLD = "gold";
  private static final String TRIPLETS = "triplets";

  public static final Setting<String> BASE =
      new Setting<>(
          "cross.base",
          text(),
          "",
          "Model that the cross-encoder starts from; empty = model.base. A cross-encoder with as"
              + " many outputs keeps its classifier and the order of its classes.");
  public static final Setting<String> DATA =
      new Setting<>(
          "cross.data",
          oneOf(GOLD, TRIPLETS),
          GOLD,
          "What train-cross learns from: the gold pairs (gold), or the mined triplets (triplets):"
              + " as pairs with label 1 or 0, as lists for the losses of document lists, as anchors"
              + " with positive and negatives for MultipleNegativesRankingLoss. MarginMSELoss always"
              + " takes triplets.");
  public static final Setting<Integer> LAYERS =
      new Setting<>(
          "cross.layers", wholeNumber(0), 0, "Keeps only the first layers of it; 0 = all.");
  public static final Setting<Integer> NUM_LABELS =
      new Setting<>(
          "cross.numLabels",
          wholeNumber(1).where("and <= 3", labels -> labels <= 3),
          1,
          "Outputs: 1 = a similarity, 2 = entailment or not, 3 = the NLI classes.");
  public static final Setting<String> LOSS =
      new Setting<>(
          "cross.loss",
          oneOf(CrossLossRules.names()),
          CrossLossRules.AUTO,
          "Loss by its name in sentence-transformers; auto = BinaryCrossEntropyLoss for one output,"
              + " CrossEntropyLoss for several.");
  public static final Setting<Map<String, String>> LOSS_PARAMETERS =
      new Setting<>(
          "cross.lossParameters",
          textMap(),
          Map.of(),
          "Parameters of the loss, such as { scale = 10, numNegatives = 4 }; absent ones have the"
              + " defaults of the table below.");
  public static final Setting<String> TEACHER =
      new Setting<>(
          "cross.teacher",
          text(),
          "",
          "Cross-encoder that scores the mined triplets for MarginMSELoss, 0 to 1; activationFn ="
              + " sigmoid suits it.");
  public static final Setting<String> MATCH_CLASS =
      new Setting<>(
          "cross.matchClass",
          text(),
          "",
          "Class of cross.teacher whose probability is the score, by name or number; empty = the"
              + " one that its id2label names, such as entailment.");
  public static final Setting<String> LISTS =
      new Setting<>(
          "cross.lists",
          text(),
          "",
          "Rows of the losses that learn from document lists: .jsonl, .parquet, a Delta table or"
              + " catalog:NAME.SCHEMA.TABLE with the columns query (text), documents (list of"
              + " texts) and labels (list of numbers), or those of mine.outputFormat ="
              + " labeled-list; empty = the gold NLI premises with their hypotheses, 1 for the"
              + " entailed ones, else 0.");

  public static final Setting<Integer> HARD_NEGATIVES =
      new Setting<>(
          "cross.hardNegatives",
          wholeNumber(1),
          1,
          "Mined negatives of a row for MultipleNegativesRankingLoss over triplets; anchors with"
              + " fewer are left out.");

  /** How long and how fast. */
  public static final PlanSettings PLAN =
      PlanSettings.of(
          "cross",
          new PlanSettings.Defaults(
              3,
              32,
              5e-5,
              LearningRateSchedule.Shape.LINEAR,
              0.1,
              0.01,
              "Pairs, or queries with document lists,",
              List.of(Precision.AUTO, Precision.FP32, Precision.BF16, Precision.FP16)));

  public static final Setting<Boolean> BOTH_ORDERS =
      new Setting<>("cross.bothOrders", flag(), true, "Trains on (A, B) and on (B, A).");

  /** The adapter that is trained in place of the weights. */
  public static final LoraSettings LORA = LoraSettings.of("cross");

  public static final SettingGroup GROUP =
      new SettingGroup(
          "Cross-encoder",
          Stream.concat(
                  Stream.of(
                      BASE,
                      DATA,
                      LAYERS,
                      NUM_LABELS,
                      LOSS,
                      LOSS_PARAMETERS,
                      TEACHER,
                      MATCH_CLASS,
                      LISTS,
                      HARD_NEGATIVES,
                      BOTH_ORDERS),
                  Stream.concat(PLAN.all().stream(), LORA.all().stream()))
              .toList(),
          Stream.concat(
                  Stream.concat(PLAN.rules().stream(), LORA.rules().stream()),
                  Stream.of(
                      CrossLossRules.outputs(),
                      CrossLossRules.parameters(),
                      SettingRule.require(
                          s -> !takesTriplets(s) || s.get(NUM_LABELS) < 3,
                          "cross.numLabels must be 1 or 2 while cross.data is triplets, which are"
                              + " positive or negative.",
                          DATA,
                          NUM_LABELS),
                      SettingRule.mustBeRead(
                          HARD_NEGATIVES,
                          CrossSettings::ranksTriplets,
                          "only MultipleNegativesRankingLoss over cross.data = triplets has rows of"
                              + " several negatives",
                          DATA,
                          LOSS),
                      SettingRule.mustBeRead(
                          BOTH_ORDERS,
                          s -> !takesTriplets(s),
                          "anchor and text of triplets have an order",
                          DATA),
                      SettingRule.mustBeRead(
                          TEACHER,
                          s -> CrossLossRules.loss(s) == NamedCrossEncoderLoss.MARGIN_MSE,
                          "only cross.loss = MarginMSELoss uses a teacher",
                          LOSS,
                          NUM_LABELS),
                      SettingRule.mustBeRead(
                          MATCH_CLASS,
                          s -> CrossLossRules.loss(s) == NamedCrossEncoderLoss.MARGIN_MSE,
                          "only cross.loss = MarginMSELoss uses a teacher",
                          LOSS,
                          NUM_LABELS),
                      SettingRule.mustBeRead(
                          LISTS,
                          s -> !takesTriplets(s),
                          "cross.data = triplets makes the lists of the mined triplets",
                          DATA),
                      SettingRule.mustBeRead(
                          LISTS,
                          s -> CrossLossRules.loss(s).takesLists(),
                          "only these values of cross.loss learn from document lists: "
                              + CrossLossRules.ofLists(),
                          LOSS,
                          NUM_LABELS),
                      SettingRule.require(
                          s ->
                              !s.get(GoldSettings.SOURCE).equals("sts")
                                  || takesTriplets(s)
                                  || s.get(NUM_LABELS) == 1,
                          "cross.numLabels must be 1 while gold.source is sts, because a similarity is one"
                              + " number. Set gold.source = nli or cross.numLabels = 1.",
                          GoldSettings.SOURCE,
                          NUM_LABELS)))
              .toList());

  /** Settings that a fingerprint of an earlier version did not have. */
  public static final Set<Setting<?>> LATER =
      LORA.with(
          laterOnes(
              PLAN.except(
                  "epochs",
                  "batchSize",
                  "learningRate",
                  "warmupSteps",
                  "warmupRatio",
                  "weightDecay",
                  "precision",
                  "checkpointSteps")));

  private CrossSettings() {}

  private static Set<Setting<?>> laterOnes(Set<Setting<?>> ofPlan) {
    return Stream.concat(ofPlan.stream(), Stream.of(DATA, HARD_NEGATIVES))
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Whether {@code cross.data} says that the examples are mined. */
  public static boolean takesTriplets(Settings settings) {
    return settings.get(DATA).equals(TRIPLETS);
  }

  /** Whether {@code mine} must have run. */
  public static boolean needsMining(Settings settings) {
    return takesTriplets(settings)
        || CrossLossRules.loss(settings) == NamedCrossEncoderLoss.MARGIN_MSE;
  }

  private static boolean ranksTriplets(Settings settings) {
    return takesTriplets(settings) && CrossLossRules.loss(settings).drawsNegatives();
  }
}
