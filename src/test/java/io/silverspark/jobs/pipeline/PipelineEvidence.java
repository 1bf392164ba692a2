package io.silverspark.jobs.pipeline;

import io.silverspark.jobs.config.PipelineSettings;
import io.silverspark.jobs.config.SettingEvidence;

/** The stages of the pipeline. */
public final class PipelineEvidence {
  private PipelineEvidence() {}

  public static void add(SettingEvidence evidence) {
    SettingEvidence.Outcome stages =
        context -> PipelinePlan.of(context).stream().map(PipelineStage::name).toList();
    evidence.changes(PipelineSettings.MODELS, "triplets", stages);
    evidence.changes(PipelineSettings.PRETRAIN, "true", stages);
  }
}
