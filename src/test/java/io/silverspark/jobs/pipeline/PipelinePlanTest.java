package io.silverspark.jobs.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.silverspark.jobs.config.AllSettings;
import io.silverspark.jobs.config.ModelSettings;
import io.silverspark.jobs.run.Console;
import io.silverspark.jobs.run.JobContext;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PipelinePlanTest {
  @Test
  void of_pretraining_givesItsModelToTheBiEncodersAlone() {
    List<PipelineStage> stages =
        plan("pipeline.pretrain=true", "pipeline.models=gold", "model.layers=3", "run.dir=/r");
    assertThat(stages)
        .extracting(PipelineStage::name)
        .containsExactly("ingest", "pretrain", "mine", "train-bi-gold", "evaluate");
    PipelineStage training = stages.get(3);
    assertThat(training.settings().get(ModelSettings.BASE)).isEqualTo("/r/models/pretrained");
    assertThat(training.settings().get(ModelSettings.LAYERS)).isZero();
    assertThat(stages.get(2).settings().get(ModelSettings.BASE)).startsWith("builtin:");
    assertThat(stages.get(4).settings().get(ModelSettings.LAYERS)).isEqualTo(3);
  }

  @Test
  void of_noModels_pretrainsAndEvaluates() {
    assertThat(plan("pipeline.models=none", "pipeline.pretrain=true"))
        .extracting(PipelineStage::name)
        .containsExactly("ingest", "pretrain", "evaluate");
  }

  @Test
  void of_defaults_hasNoPretraining() {
    assertThat(plan("pipeline.models=gold"))
        .extracting(PipelineStage::name)
        .containsExactly("ingest", "mine", "train-bi-gold", "evaluate");
  }

  private static List<PipelineStage> plan(String... overrides) {
    return PipelinePlan.of(
        new JobContext(
            "pipeline",
            AllSettings.reader().read(Optional.empty(), List.of(overrides)),
            Console.system()));
  }
}
