package io.silverspark.jobs.distributed;

import io.silverspark.jobs.config.RankSettings;
import io.silverspark.jobs.config.SettingEvidence;
import io.silverspark.model.encoder.EncoderOptions;

/** Training across executors. */
public final class RankEvidence {
  private RankEvidence() {}

  public static void add(SettingEvidence evidence) {
    EncoderOptions gpu = EncoderOptions.defaults().withDevice("cuda");
    evidence.changes(
        RankSettings.RANKS,
        "2",
        context ->
            RankedTraining.isAskedFor(context) + " " + RankedTraining.onDriver(context, gpu));
    evidence.changes(RankSettings.HEARTBEAT_SECONDS, "5", BarrierTraining::limits);
    evidence.changes(RankSettings.STEP_SECONDS, "5", BarrierTraining::limits);
    evidence.changes(RankSettings.DRIFT_STEPS, "7", context -> LocalTraining.run(context, null, 1));
  }
}
