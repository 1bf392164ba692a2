package io.silverspark.jobs.pipeline;

import io.silverspark.jobs.config.BiEncoderVariant;
import io.silverspark.jobs.config.ModelSettings;
import io.silverspark.jobs.config.PipelineSettings;
import io.silverspark.jobs.config.TrainSettings;
import io.silverspark.jobs.ingest.IngestJob;
import io.silverspark.jobs.mine.MineJob;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.silver.LabelJob;
import io.silverspark.jobs.stage.RunLayout;
import io.silverspark.jobs.train.PretrainJob;
import io.silverspark.jobs.train.TrainBiJob;
import io.silverspark.jobs.train.TrainCrossJob;
import io.silverspark.model.config.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The stages that the settings ask for, in their order. */
final class PipelinePlan {
  private PipelinePlan() {}

  static List<PipelineStage> of(JobContext context) {
    Settings settings = context.settings();
    List<BiEncoderVariant> variants = BiEncoderVariant.list(settings.get(PipelineSettings.MODELS));
    List<PipelineStage> stages = new ArrayList<>();
    stages.add(new PipelineStage("ingest", "ingest", new IngestJob(), settings, List.of()));
    boolean pretrain = settings.get(PipelineSettings.PRETRAIN);
    if (pretrain) {
      stages.add(
          new PipelineStage(
              PretrainJob.STAGE,
              PretrainJob.STAGE,
              new PretrainJob(),
              settings,
              List.of("ingest")));
    }
    if (!variants.isEmpty()) {
      stages.add(new PipelineStage("mine", "mine", new MineJob(), settings, List.of("ingest")));
    }
    if (variants.contains(BiEncoderVariant.GOLD_SILVER)) {
      stages.add(
          new PipelineStage(
              "train-cross", "train-cross", new TrainCrossJob(), settings, List.of("ingest")));
      stages.add(
          new PipelineStage(
              "label", "label", new LabelJob(), settings, List.of("mine", "train-cross")));
    }
    for (BiEncoderVariant variant : variants) {
      Settings own =
          (pretrain ? fromPretrained(context) : settings)
              .with(TrainSettings.DATA, variant.setting());
      List<String> before =
          pretrain
              ? Stream.concat(Stream.of(PretrainJob.STAGE), inputs(variant).stream()).toList()
              : inputs(variant);
      stages.add(new PipelineStage(variant.stage(), "train-bi", new TrainBiJob(), own, before));
    }
    List<String> models = variants.stream().map(BiEncoderVariant::stage).toList();
    List<String> measured =
        Stream.concat(
                pretrain ? Stream.of("ingest", PretrainJob.STAGE) : Stream.of("ingest"),
                models.stream())
            .toList();
    stages.add(new PipelineStage("evaluate", "evaluate", new EvaluateStage(), settings, measured));
    return stages;
  }

  private static List<String> inputs(BiEncoderVariant variant) {
    return switch (variant) {
      case GOLD, INTENTS -> List.of("ingest");
      case GOLD_SILVER -> List.of("ingest", "label");
      case TRIPLETS -> List.of("mine");
    };
  }

  /** The pretrained model has its final number of layers. */
  private static Settings fromPretrained(JobContext context) {
    return context
        .settings()
        .with(ModelSettings.BASE, RunLayout.of(context).model(PretrainJob.MODEL).toString())
        .with(ModelSettings.LAYERS, 0);
  }
}
