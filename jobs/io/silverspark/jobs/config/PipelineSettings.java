package io.silverspark.jobs.config;

import static io.silverspark.model.config.SettingType.flag;
import static io.silverspark.model.config.SettingType.name;

import io.silverspark.model.config.Setting;
import io.silverspark.model.config.SettingGroup;
import java.util.List;

/** What {@code pipeline} trains and compares. */
public final class PipelineSettings {
  public static final Setting<String> MODELS =
      new Setting<>(
          "pipeline.models",
          name(),
          "gold,gold+silver",
          "Models to train and compare with the base, separated by commas: gold, gold+silver,"
              + " triplets, intents, datasets; none for pretrain alone.");

  public static final Setting<Boolean> PRETRAIN =
      new Setting<>(
          "pipeline.pretrain",
          flag(),
          false,
          "Runs pretrain after ingest and fine-tunes the bi-encoders from its model, which the"
              + " evaluation shows too; mining and the cross-encoder keep theirs.");

  public static final SettingGroup GROUP = new SettingGroup("Pipeline", List.of(MODELS, PRETRAIN));

  private PipelineSettings() {}
}
