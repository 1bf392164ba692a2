package io.silverspark.jobs.pipeline;

import io.silverspark.jobs.config.CrossSettings;
import io.silverspark.jobs.config.ModelSettings;
import io.silverspark.jobs.config.PipelineSettings;
import io.silverspark.jobs.config.TrainSettings;
import io.silverspark.jobs.config.TrainingData;
import io.silverspark.jobs.config.TrainingSource;
import io.silverspark.jobs.evaluate.ComparedModels;
import io.silverspark.jobs.evaluate.EvaluateJob;
import io.silverspark.jobs.evaluate.EvaluationStage;
import io.silverspark.jobs.ingest.IngestJob;
import io.silverspark.jobs.label.LabelJob;
import io.silverspark.jobs.mine.MineJob;
import io.silverspark.jobs.run.Job;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.run.PlannedStage;
import io.silverspark.jobs.stage.RunLayout;
import io.silverspark.jobs.stage.StageRecord;
import io.silverspark.jobs.train.PretrainJob;
import io.silverspark.jobs.train.TrainBiJob;
import io.silverspark.jobs.train.TrainCrossJob;
import io.silverspark.model.config.Settings;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/** The stages that the settings ask for, in their order. */
final class PipelinePlan {
  private static final String MINE = "mine";
  private static final String CROSS = "train-cross";
  private static final String LABEL = "label";

  private PipelinePlan() {}

  static List<PipelineStage> of(JobContext context) {
    Settings settings = context.settings();
    List<TrainingSource> sources = TrainingSource.list(settings.get(PipelineSettings.MODELS));
    List<PipelineStage> stages = new ArrayList<>();
    stages.add(new PipelineStage("ingest", "ingest", new IngestJob(), settings, List.of()));
    boolean pretrain = settings.get(PipelineSettings.PRETRAIN);
    if (pretrain) {
      stages.add(
          new PipelineStage(
              StageRecord.PRETRAIN,
              StageRecord.PRETRAIN,
              new PretrainJob(),
              settings,
              List.of("ingest")));
    }
    List<TrainingData> data =
        sources.stream().flatMap(source -> TrainingData.of(settings, source).stream()).toList();
    boolean cross = data.stream().anyMatch(TrainingData::needsCrossEncoder);
    boolean crossMines = cross && CrossSettings.needsMining(settings);
    if (crossMines || data.stream().anyMatch(TrainingData::needsMining)) {
      stages.add(new PipelineStage(MINE, MINE, new MineJob(), settings, List.of("ingest")));
    }
    if (cross) {
      List<String> before = crossMines ? List.of("ingest", MINE) : List.of("ingest");
      stages.add(new PipelineStage(CROSS, CROSS, new TrainCrossJob(), settings, before));
    }
    if (data.stream().anyMatch(TrainingData::needsSilver)) {
      stages.add(new PipelineStage(LABEL, LABEL, new LabelJob(), settings, List.of(MINE, CROSS)));
    }
    for (TrainingSource source : sources) {
      Settings own =
          (pretrain ? fromPretrained(context) : settings)
              .with(TrainSettings.DATA, source.setting());
      List<String> before =
          pretrain
              ? Stream.concat(Stream.of(StageRecord.PRETRAIN), inputs(settings, source).stream())
                  .toList()
              : inputs(settings, source);
      stages.add(new PipelineStage(source.stage(), "train-bi", new TrainBiJob(), own, before));
    }
    List<String> models = sources.stream().map(TrainingSource::stage).toList();
    List<String> measured =
        Stream.concat(
                pretrain ? Stream.of("ingest", StageRecord.PRETRAIN) : Stream.of("ingest"),
                models.stream())
            .toList();
    stages.add(new PipelineStage("evaluate", "evaluate", new EvaluateStage(), settings, measured));
    return stages;
  }

  private static List<String> inputs(Settings settings, TrainingSource source) {
    Set<String> stages = new LinkedHashSet<>(List.of("ingest"));
    for (TrainingData data : TrainingData.of(settings, source)) {
      if (data.needsMining()) {
        stages.add(MINE);
      }
      if (data.needsCrossEncoder()) {
        stages.add(CROSS);
      }
      if (data.needsSilver()) {
        stages.add(LABEL);
      }
    }
    return List.copyOf(stages);
  }

  /** The pretrained model has its final number of layers. */
  private static Settings fromPretrained(JobContext context) {
    return context
        .settings()
        .with(ModelSettings.BASE, RunLayout.of(context).model(RunLayout.PRETRAINED).toString())
        .with(ModelSettings.LAYERS, 0);
  }

  /** The evaluation of a run's models, skipped when neither models, data nor settings changed. */
  @Command(name = "evaluate")
  private static final class EvaluateStage implements Job {
    @Override
    public void run(JobContext context) {
      EvaluationStage stage = EvaluationStage.ofRun(context);
      if (!stage.run(ComparedModels.ofRun(context))) {
        context.console().tell("evaluate: up to date");
      }
    }

    @Override
    public List<PlannedStage> plan(JobContext context) {
      return List.of(
          EvaluateJob.plan(context, EvaluationStage.ofRun(context), ComparedModels.ofRun(context)));
    }
  }
}
