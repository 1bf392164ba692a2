package io.silverspark.jobs.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.silverspark.jobs.config.AllSettings;
import io.silverspark.jobs.config.ModelSettings;
import io.silverspark.jobs.run.Console;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.model.error.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PipelinePlanTest {
  @Test
  void of_pretraining_givesItsModelToTheBiEncodersAlone() {
    List<PipelineStage> stages =
        plan("pipeline.pretrain=true", "pipeline.models=triplets", "model.layers=3", "run.dir=/r");
    assertThat(stages)
        .extracting(PipelineStage::name)
        .containsExactly("ingest", "pretrain", "mine", "train-bi-triplets", "evaluate");
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
        .containsExactly("ingest", "train-bi-gold", "evaluate");
  }

  @Test
  void of_marginsOfTheRunsCrossEncoder_trainsItBefore() {
    List<PipelineStage> stages = plan("pipeline.models=triplets", "train.loss=MarginMSELoss");
    assertThat(stages)
        .extracting(PipelineStage::name)
        .containsExactly("ingest", "mine", "train-cross", "train-bi-triplets", "evaluate");
    assertThat(stages.get(3).after()).containsExactly("ingest", "mine", "train-cross");
    assertThat(
            plan(
                "pipeline.models=triplets",
                "train.loss=MarginMSELoss",
                "train.teacher=org/cross-encoder"))
        .extracting(PipelineStage::name)
        .doesNotContain("train-cross");
  }

  @Test
  void of_severalDataSets_makesWhatAnyOfThemNeeds() {
    List<PipelineStage> stages =
        plan(
            "pipeline.models=datasets",
            "train.datasets=[{ data = triplets, loss = TripletLoss }, { data = intents }]");
    assertThat(stages)
        .extracting(PipelineStage::name)
        .containsExactly("ingest", "mine", "train-bi-datasets", "evaluate");
  }

  @Test
  void checkedStages_lossThatTheLastModelCannotLearnFrom_isRefusedBeforeTheFirstStage() {
    JobContext context =
        context(null, "pipeline.models=\"gold,triplets\"", "gold.source=nli", "train.loss=softmax");
    assertThatThrownBy(() -> PipelineJob.checkedStages(context))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("train.loss = 'SoftmaxLoss' does not fit train.data = 'triplets'");
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void checkedStages_ofEachRecipe_findNothingToRefuse(Path recipe) {
    assertThat(PipelineJob.checkedStages(context(recipe))).isNotEmpty();
  }

  static List<Path> recipes() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("conf"))) {
      return files.filter(file -> file.toString().endsWith(".conf")).sorted().toList();
    }
  }

  private static List<PipelineStage> plan(String... overrides) {
    return PipelinePlan.of(context(null, overrides));
  }

  private static JobContext context(Path recipe, String... overrides) {
    return new JobContext(
        "pipeline",
        AllSettings.reader().read(Optional.ofNullable(recipe), List.of(overrides)),
        Console.system());
  }
}
