package io.silverspark.jobs.train;

import io.silverspark.jobs.config.BiEncoderVariant;
import io.silverspark.jobs.config.LossRules;
import io.silverspark.jobs.config.ModelSettings;
import io.silverspark.jobs.config.RunSettings;
import io.silverspark.jobs.config.TrainSettings;
import io.silverspark.jobs.ranks.RankedTraining;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.stage.RunLayout;
import io.silverspark.jobs.stage.StageRecord;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.loss.NamedLoss;
import io.silverspark.model.loss.SentenceLoss;
import io.silverspark.model.sampling.BatchSampler;
import io.silverspark.model.training.CheckpointStore;
import io.silverspark.model.training.StopRule;
import io.silverspark.model.training.Trainer;
import io.silverspark.model.training.TrainingPlan;
import io.silverspark.model.training.TrainingResult;
import io.silverspark.model.training.TrainingSet;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** One training of a bi-encoder: from the base model to a directory, a lineage row and a record. */
final class BiEncoderTraining {
  private final JobContext context;
  private final BiEncoderVariant variant;
  private final String id;
  private final RunLayout layout;

  BiEncoderTraining(JobContext context, BiEncoderVariant variant, String id) {
    this.context = context;
    this.variant = variant;
    this.id = id;
    this.layout = RunLayout.of(context);
  }

  void run() {
    long started = System.nanoTime();
    CheckpointStore checkpoints =
        new CheckpointStore(layout.checkpoints(variant.directory() + "-" + id));
    try (SentenceEncoder encoder =
            SentenceEncoder.load(context.get(ModelSettings.BASE), options());
        TrainingProgress progress = new TrainingProgress(context, variant.stage(), id)) {
      BiEncoderExamples examples =
          context.phase(
              "read training rows",
              () -> BiEncoderExamples.read(context, variant, encoder.tokenizer()));
      TrainingResult result =
          RankedTraining.isAskedFor(context)
              ? trainByRanks(encoder, examples, progress, checkpoints)
              : train(encoder, examples, progress, checkpoints);
      double seconds = (System.nanoTime() - started) / 1e9;
      save(encoder, examples, result, progress, seconds);
      checkpoints.clear();
    }
  }

  private EncoderOptions options() {
    return RankedTraining.onDriver(context, ModelOptions.ofBase(context))
        .withPrecision(context.get(TrainSettings.PRECISION));
  }

  private TrainingResult train(
      SentenceEncoder encoder,
      BiEncoderExamples examples,
      TrainingProgress progress,
      CheckpointStore checkpoints) {
    try (LossPartners partners = LossPartners.open(context, name(), encoder);
        SentenceLoss loss = loss(encoder)) {
      Trainer trainer =
          new Trainer(partners.model(), loss, plan()).listener(progress).checkpoints(checkpoints);
      ValidationScore.rows(context)
          .ifPresent(rows -> trainer.evaluation(() -> rows.spearman(encoder), StopRule.never()));
      return trainer.train(partners.labelled(examples.set()), sampler(examples.set()));
    }
  }

  private TrainingResult trainByRanks(
      SentenceEncoder encoder,
      BiEncoderExamples examples,
      TrainingProgress progress,
      CheckpointStore checkpoints) {
    LossPartners.requireNone(name());
    TrainingResult result =
        new RankedTraining(context)
            .train(
                new BiEncoderRecipe(
                    context.settings().json(),
                    variant,
                    examples.set(),
                    ValidationScore.rows(context)),
                directory -> encoder.save(directory, ""),
                encoder.parameters(),
                checkpoints,
                progress);
    encoder.parametersChanged();
    return result;
  }

  private NamedLoss name() {
    return LossRules.loss(context.settings(), variant);
  }

  SentenceLoss loss(SentenceEncoder encoder) {
    return BiEncoderLoss.of(context, variant).create(context, encoder);
  }

  BatchSampler sampler(TrainingSet set) {
    return BiEncoderLoss.of(context, variant).sampler(context, set);
  }

  TrainingPlan plan() {
    boolean silver = variant == BiEncoderVariant.GOLD_SILVER;
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
      BiEncoderExamples examples,
      TrainingResult result,
      TrainingProgress progress,
      double seconds) {
    Map<String, Object> facts = new TreeMap<>();
    facts.put("training data", variant.setting());
    facts.put("loss", name().title());
    facts.put("training examples", examples.set().size());
    facts.put("gold pairs", examples.gold().size());
    facts.put("silver pairs", examples.silver());
    facts.put("steps", result.steps());
    facts.putAll(progress.costs());
    result.bestScore().ifPresent(score -> facts.put("STS validation Spearman", score));
    Path directory = layout.model(variant.directory());
    String base = context.get(ModelSettings.BASE);
    encoder.save(directory, ModelCard.ofBiEncoder("SilverSpark " + variant.title(), base, facts));
    new ModelLineage(id, variant.directory(), "bi-encoder", directory, examples.inputs(), facts)
        .write(context);
    new StageRecord(
            variant.stage(),
            id,
            Map.of(),
            examples.set().size(),
            examples.set().size(),
            seconds,
            String.format(
                Locale.ROOT, "%,d steps over %,d examples", result.steps(), examples.set().size()),
            TrainingDetails.json(progress.curve(variant.title(), variant.title()), examples.gold()))
        .write(context);
    progress.succeeded(facts);
  }
}
