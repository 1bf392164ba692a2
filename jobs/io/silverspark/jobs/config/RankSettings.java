package io.silverspark.jobs.config;

import static io.silverspark.model.config.SettingType.oneOf;
import static io.silverspark.model.config.SettingType.wholeNumber;

import io.silverspark.model.config.Setting;
import io.silverspark.model.config.SettingGroup;
import io.silverspark.model.distributed.GradientFormat;
import java.util.List;

/**
 * On how many executors {@code train-bi} and {@code train-cross} train. None of these settings
 * belongs to the recipe of a model: they change how long training takes, not what comes out.
 */
public final class RankSettings {
  public static final Setting<Integer> RANKS =
      new Setting<>(
          "train.ranks",
          wholeNumber(1),
          1,
          "Replicas of the model that divide each batch of train-bi and train-cross: in executors, or"
              + " in the driver on local masters; one per GPU when model.device is cuda.");
  public static final Setting<Integer> RANKS_PER_EXECUTOR =
      new Setting<>(
          "train.ranksPerExecutor",
          wholeNumber(0),
          0,
          "Ranks in each executor; 0: as many as it has GPUs when model.device is cuda, else 1."
              + " They add up their gradients without the network.");
  public static final Setting<GradientFormat> EXCHANGE_PRECISION =
      new Setting<>(
          "train.exchangePrecision",
          oneOf(GradientFormat.class),
          GradientFormat.FP32,
          "Number format of gradients on the network between executors; bf16 halves the bytes and"
              + " rounds the sums.");
  public static final Setting<Integer> HEARTBEAT_SECONDS =
      new Setting<>(
          "train.heartbeatSeconds",
          wholeNumber(1),
          60,
          "With train.ranks above 1: a rank without a heartbeat for this long is replaced.");
  public static final Setting<Integer> STEP_SECONDS =
      new Setting<>(
          "train.stepSeconds",
          wholeNumber(1),
          1800,
          "With ranks in executors: training starts again from the last checkpoint when no step was"
              + " finished for this long.");
  public static final Setting<Integer> DRIFT_STEPS =
      new Setting<>(
          "train.driftSteps",
          wholeNumber(1),
          50,
          "With train.ranks above 1: after this many steps the ranks compare their weights, bit for"
              + " bit.");

  public static final SettingGroup GROUP =
      new SettingGroup(
          "Training across executors",
          List.of(
              RANKS,
              RANKS_PER_EXECUTOR,
              EXCHANGE_PRECISION,
              HEARTBEAT_SECONDS,
              STEP_SECONDS,
              DRIFT_STEPS));

  private RankSettings() {}
}
