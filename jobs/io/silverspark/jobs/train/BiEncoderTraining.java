package io.silverspark.jobs.train;

import io.silverspark.jobs.config.ModelSettings;
import io.silverspark.jobs.config.RunSettings;
import io.silverspark.jobs.config.TrainSettings;
import io.silverspark.jobs.config.TrainingSource;
import io.silverspark.jobs.distributed.RankedTraining;
import io.silverspark.jobs.models.ModelOptions;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.stage.RunLayout;
import io.silverspark.jobs.stage.StageRecord;
import io.silverspark.model.checkpoint.CheckpointStore;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.training.StopRule;
import io.silverspark.model.training.Trainer;
import io.silverspark.model.training.TrainingPlan;
import io.silverspark.model.training.TrainingResult;
import io.silverspark.model.training.TrainingSet;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** One training of a bi-encoder: from the base model to a directory, a lineage row and a record. */
final class BiEncoderTraining {
  private final JobContext context;
  private final TrainingSource source;
  private final String id;
  private final RunLayout layout;
  private final List<BiEncoderData> data;

  BiEncoderTraining(JobContext context, TrainingSource source, String id) {
    this.context = context;
    this.source = source;
    this.id = id;
    this.layout = RunLayout.of(context);
    this.data = BiEncoderData.of(context, source);
  }

  void run() {
    long started = System.nanoTime();
    CheckpointStore checkpoints =
        new CheckpointStore(layout.checkpoints(source.directory() + "-" + id));
    try (SentenceEncoder encoder =
            SentenceEncoder.load(context.get(ModelSettings.BASE), options(context));
        TrainingProgress progress =
            new TrainingProgress(context, source.stage(), id, encoder.similarity())) {
      List<BiEncoderExamples> examples =
          context.phase(
              "read training rows", () -> data.stream().map(one -> one.read(encoder)).toList());
      TrainingResult result =
          RankedTraining.isAskedFor(context)
              ? trainByRanks(encoder, sets(examples), progress, checkpoints)
              : train(encoder, sets(examples), progress, checkpoints);
      double seconds = (System.nanoTime() - started) / 1e9;
      save(encoder, BiEncoderExamples.all(examples), result, progress, checkpoints, seconds);
    }
  }

  private static List<TrainingSet> sets(List<BiEncoderExamples> examples) {
    return examples.stream().map(BiEncoderExamples::set).toList();
  }

  /** How the base model is loaded for training. */
  static EncoderOptions options(JobContext context) {
    return RankedTraining.onDriver(context, ModelOptions.ofBase(context))
        .withPrecision(context.get(TrainSettings.PRECISION));
  }

  private TrainingResult train(
      SentenceEncoder encoder,
      List<TrainingSet> sets,
      TrainingProgress progress,
      CheckpointStore checkpoints) {
    try (BiEncoderParts parts = BiEncoderParts.open(context, encoder, data, sets)) {
      Trainer trainer =
          new Trainer(parts.model(), plan(context, source))
              .listener(progress)
              .checkpoints(checkpoints);
      ValidationScore.rows(context)
          .ifPresent(rows -> trainer.evaluation(() -> rows.spearman(encoder), StopRule.never()));
      return trainer.train(parts.dataset());
    }
  }

  private TrainingResult trainByRanks(
      SentenceEncoder encoder,
      List<TrainingSet> sets,
      TrainingProgress progress,
      CheckpointStore checkpoints) {
    data.forEach(one -> LossModels.requireNone(one.loss().name()));
    TrainingResult result =
        new RankedTraining(context)
            .train(
                BiEncoderRecipe.of(context, source, data, sets, ValidationScore.rows(context)),
                directory -> encoder.save(directory, ""),
                encoder.parameters(),
                checkpoints,
                progress);
    encoder.parametersChanged();
    return result;
  }

  private String losses() {
    return data.stream()
        .map(one -> data.size() == 1 ? one.loss().title() : one.name() + ": " + one.loss().title())
        .collect(Collectors.joining(", "));
  }

  /** How long and how fast. */
  static TrainingPlan plan(JobContext context, TrainingSource source) {
    boolean silver = source == TrainingSource.GOLD_SILVER;
    TrainingPlan.Builder plan =
        TrainingPlan.builder()
            .epochs(context.get(silver ? TrainSettings.SILVER_EPOCHS : TrainSettings.EPOCHS))
            .learningRate(context.get(TrainSettings.LEARNING_RATE))
            .weightDecay(context.get(TrainSettings.WEIGHT_DECAY))
            .accumulation(context.get(TrainSettings.GRADIENT_ACCUMULATION))
            .maxGradientNorm(context.get(TrainSettings.MAX_GRAD_NORM))
            .evaluationSteps(context.get(TrainSettings.EVALUATION_STEPS))
            .checkpointSteps(context.get(TrainSettings.CHECKPOINT_STEPS))
            .seed(context.get(RunSettings.SEED));
    context
        .get(TrainSettings.WARMUP_STEPS)
        .ifPresentOrElse(
            plan::warmupSteps, () -> plan.warmupRatio(context.get(TrainSettings.WARMUP_RATIO)));
    return plan.build();
  }

  private void save(
      SentenceEncoder encoder,
      BiEncoderExamples.Summary examples,
      TrainingResult result,
      TrainingProgress progress,
      CheckpointStore checkpoints,
      double seconds) {
    Map<String, Object> facts = new TreeMap<>();
    facts.put("training data", source.setting());
    facts.put("loss", losses());
    facts.put("training examples", examples.size());
    facts.put("gold pairs", examples.gold().size());
    facts.put("silver pairs", examples.silver());
    facts.put("steps", result.steps());
    facts.put("precision", result.precision().title());
    facts.putAll(progress.costs());
    result.bestScore().ifPresent(score -> facts.put("STS validation Spearman", score));
    Path directory = layout.model(source.directory());
    String base = context.get(ModelSettings.BASE);
    ModelLineage lineage =
        new ModelLineage(id, source.directory(), "bi-encoder", directory, examples.inputs(), facts);
    StageRecord record =
        new StageRecord(
            source.stage(),
            id,
            Map.of(),
            examples.size(),
            examples.size(),
            seconds,
            String.format(
                Locale.ROOT, "%,d steps over %,d examples", result.steps(), examples.size()),
            TrainingDetails.json(progress.curve(source.title(), source.title()), examples.gold()));
    String card =
        ModelCard.ofBiEncoder("SilverSpark " + source.title(), base, facts, encoder.prompts());
    new FinishedTraining(lineage, record, progress, checkpoints)
        .write(context, () -> encoder.save(directory, card));
  }
}
