package io.silverspark.jobs.train;

import io.silverspark.jobs.config.ModelSettings;
import io.silverspark.jobs.config.PretrainMethod;
import io.silverspark.jobs.config.PretrainSettings;
import io.silverspark.jobs.config.RunSettings;
import io.silverspark.jobs.models.ModelOptions;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.stage.RunLayout;
import io.silverspark.jobs.stage.StageRecord;
import io.silverspark.model.checkpoint.CheckpointStore;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.Precision;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.error.UserException;
import io.silverspark.model.files.LanguageModelHead;
import io.silverspark.model.files.ModelFiles;
import io.silverspark.model.files.ModelReference;
import io.silverspark.model.files.PoolingMode;
import io.silverspark.model.files.SentenceModules;
import io.silverspark.model.training.StopRule;
import io.silverspark.model.training.Trainer;
import io.silverspark.model.training.TrainingPlan;
import io.silverspark.model.training.TrainingResult;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** One pre-training: from the base model to a directory, a lineage row and a record. */
final class Pretraining {
  private final JobContext context;
  private final PretrainCorpus corpus;
  private final String id;
  private final PretrainMethod method;
  private final RunLayout layout;

  Pretraining(JobContext context, PretrainCorpus corpus, String id) {
    this.context = context;
    this.corpus = corpus;
    this.id = id;
    this.method = context.get(PretrainSettings.METHOD);
    this.layout = RunLayout.of(context);
  }

  void run() {
    long started = System.nanoTime();
    List<String> texts = corpus.collect();
    CheckpointStore checkpoints =
        new CheckpointStore(layout.checkpoints(RunLayout.PRETRAINED + "-" + id));
    EncoderOptions options = options();
    ModelFiles files = pooled(sentenceEncoder(options));
    try (SentenceEncoder encoder = SentenceEncoder.of(files, options);
        TrainingProgress progress =
            new TrainingProgress(context, StageRecord.PRETRAIN, id, encoder.similarity())) {
      TrainingResult result;
      try (PretrainObjective objective = PretrainObjective.of(context, files, encoder, texts)) {
        Trainer trainer =
            new Trainer(objective.model(), objective.loss(), plan())
                .listener(progress)
                .checkpoints(checkpoints);
        ValidationScore.rows(context)
            .ifPresent(rows -> trainer.evaluation(() -> rows.spearman(encoder), StopRule.never()));
        result = trainer.train(objective.set(), objective.sampler());
      }
      boolean fresh = LanguageModelHead.in(files.weights()).isEmpty();
      double seconds = (System.nanoTime() - started) / 1e9;
      save(encoder, texts.size(), fresh, result, progress, checkpoints, seconds);
    }
  }

  /** The model that pre-training starts from. */
  static String base(JobContext context) {
    String own = context.get(PretrainSettings.BASE);
    return own.isEmpty() ? context.get(ModelSettings.BASE) : own;
  }

  private ModelFiles sentenceEncoder(EncoderOptions options) {
    ModelFiles files = options.applyTo(ModelReference.open(base(context)));
    if (files.isCrossEncoder()) {
      throw new UserException(
          ("model '%s' is a cross-encoder, whose classifier would not fit what is learned here,"
                  + " expected a sentence encoder")
              .formatted(base(context)));
    }
    return files;
  }

  /** How the model is loaded for training. */
  EncoderOptions options() {
    EncoderOptions options =
        context.get(PretrainSettings.BASE).isEmpty()
            ? ModelOptions.ofBase(context)
            : ModelOptions.of(context);
    Precision precision = context.get(PretrainSettings.PRECISION).on(options.device());
    // Without the half precision of older GPUs, in which no language model was ever trained here.
    return options.withPrecision(precision == Precision.FP16 ? Precision.FP32 : precision);
  }

  /** The model with the pooling of the settings. */
  ModelFiles pooled(ModelFiles files) {
    String pooling =
        context
            .get(PretrainSettings.POOLING)
            .orElse(method == PretrainMethod.TSDAE ? "cls" : "model");
    return pooling.equals("model")
        ? files
        : files.withModules(
            SentenceModules.of(PoolingMode.valueOf(pooling.toUpperCase(Locale.ROOT)), false));
  }

  /** How long and how fast. */
  TrainingPlan plan() {
    TrainingPlan.Builder plan =
        TrainingPlan.builder()
            .epochs(context.get(PretrainSettings.EPOCHS))
            .learningRate(context.get(PretrainSettings.LEARNING_RATE))
            .shape(context.get(PretrainSettings.SCHEDULE))
            .warmupRatio(context.get(PretrainSettings.WARMUP_RATIO))
            .weightDecay(context.get(PretrainSettings.WEIGHT_DECAY))
            .accumulation(context.get(PretrainSettings.GRADIENT_ACCUMULATION))
            .evaluationSteps(context.get(PretrainSettings.EVALUATION_STEPS))
            .checkpointSteps(context.get(PretrainSettings.CHECKPOINT_STEPS))
            .seed(context.get(RunSettings.SEED));
    context.get(PretrainSettings.STEPS).ifPresent(plan::maxSteps);
    return plan.build();
  }

  private void save(
      SentenceEncoder encoder,
      int texts,
      boolean fresh,
      TrainingResult result,
      TrainingProgress progress,
      CheckpointStore checkpoints,
      double seconds) {
    Map<String, Object> facts = new TreeMap<>();
    facts.put("method", method.title());
    facts.put("corpus", context.get(PretrainSettings.CORPUS));
    facts.put("texts", texts);
    facts.put("steps", result.steps());
    facts.put("precision", result.precision().title());
    if (method != PretrainMethod.SIMCSE) {
      facts.put("language model head", fresh ? "fresh" : "of the base model");
    }
    result.bestScore().ifPresent(score -> facts.put("STS validation Spearman", score));
    String title = "SilverSpark pretrained, " + method.title();
    Path directory = layout.model(RunLayout.PRETRAINED);
    ModelLineage lineage =
        new ModelLineage(id, RunLayout.PRETRAINED, "bi-encoder", directory, corpus.inputs(), facts);
    String note =
        String.format(
            Locale.ROOT, "%s, %,d steps over %,d texts", method.title(), result.steps(), texts);
    StageRecord record =
        new StageRecord(
            StageRecord.PRETRAIN,
            id,
            Map.of(),
            texts,
            texts,
            seconds,
            note,
            TrainingDetails.json(
                progress.curve("pre-training, " + method.title(), RunLayout.PRETRAINED),
                List.of()));
    new FinishedTraining(lineage, record, progress, checkpoints)
        .write(
            context,
            () ->
                encoder.save(
                    directory,
                    ModelCard.ofBiEncoder(title, base(context), facts, encoder.prompts())));
  }
}
