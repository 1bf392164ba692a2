package io.silverspark.jobs.distributed;

import io.silverspark.jobs.config.RankSettings;
import io.silverspark.jobs.config.SettingEvidence;

/** Training across executors. */
public final class RankEvidence {
  private RankEvidence() {}

  public static void add(SettingEvidence evidence) {
    evidence.changes(RankSettings.HEARTBEAT_SECONDS, "5", BarrierTraining::limits);
    evidence.changes(RankSettings.STEP_SECONDS, "5", BarrierTraining::limits);
    evidence.changes(RankSettings.RANKS_PER_EXECUTOR, "2", RankLayout::of, "train.ranks=4");
    evidence.changes(
        RankSettings.EXCHANGE_PRECISION,
        "bf16",
        context -> BarrierTraining.told(context, RankLayout.of(context), 1, "run"));
    evidence.changes(
        RankSettings.DRIFT_STEPS, "7", context -> LocalTraining.place(context, null, "cpu", 1));
  }
}
