package io.silverspark.jobs.train;

import io.silverspark.jobs.config.CrossSettings;
import io.silverspark.jobs.config.ModelSettings;
import io.silverspark.jobs.config.RunSettings;
import io.silverspark.jobs.distributed.RankedTraining;
import io.silverspark.jobs.gold.GoldPair;
import io.silverspark.jobs.gold.GoldPairs;
import io.silverspark.jobs.models.ModelOptions;
import io.silverspark.jobs.report.TrainingCurve;
import io.silverspark.jobs.run.CommandRunner;
import io.silverspark.jobs.run.Job;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.run.PlannedStage;
import io.silverspark.jobs.stage.Fingerprint;
import io.silverspark.jobs.stage.RunLayout;
import io.silverspark.jobs.stage.StageRecord;
import io.silverspark.model.checkpoint.CheckpointStore;
import io.silverspark.model.encoder.CrossEncoder;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.Precision;
import io.silverspark.model.files.ClassNames;
import io.silverspark.model.files.ModelFiles;
import io.silverspark.model.files.ModelReference;
import io.silverspark.model.loss.SentenceLoss;
import io.silverspark.model.training.TrainableModel;
import io.silverspark.model.training.Trainer;
import io.silverspark.model.training.TrainingPlan;
import io.silverspark.model.training.TrainingResult;
import io.silverspark.model.training.TrainingSet;
import io.silverspark.udfs.serving.ModelFingerprint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import picocli.CommandLine.Command;

/**
 * Fine-tunes a cross-encoder on the gold pairs. By default one label learns the similarity by
 * binary cross-entropy on the soft score, several learn the class; {@code cross.loss} names another
 * loss, of which those of lists learn from {@code cross.lists}. With {@code cross.bothOrders} each
 * pair with a graded score is seen as (A, B) and as (B, A), as in Augmented SBERT (Thakur et al.
 * 2021, arXiv:2010.08240).
 */
@Command(
    name = "train-cross",
    description = "Fine-tunes a cross-encoder on the gold pairs, to label silver pairs with it.")
public final class TrainCrossJob implements Job {
  private static final ClassNames TWO_CLASSES =
      new ClassNames(List.of("not_entailment", "entailment"));

  /** For {@code spark-submit --class}. */
  public static void main(String[] args) {
    CommandRunner.run(new TrainCrossJob(), args);
  }

  @Override
  public void run(JobContext context) {
    String id = fingerprint(context);
    Path directory = RunLayout.of(context).model(RunLayout.CROSS_ENCODER);
    if (isCurrent(context, id)) {
      context.console().tell("train-cross: " + directory + " is up to date");
      return;
    }
    train(context, id, directory);
  }

  @Override
  public List<PlannedStage> plan(JobContext context) {
    String id = fingerprint(context);
    RunLayout layout = RunLayout.of(context);
    PlannedStage planned =
        PlannedStage.of(
            StageRecord.TRAIN_CROSS,
            isCurrent(context, id),
            CrossEncoderExamples.count(context),
            List.of(layout.model(RunLayout.CROSS_ENCODER).toString()),
            "%d epochs from %s".formatted(context.get(CrossSettings.EPOCHS), base(context)));
    return List.of(
        TrainingDetails.resumed(planned, layout.checkpoints(RunLayout.CROSS_ENCODER + "-" + id)));
  }

  private static boolean isCurrent(JobContext context, String id) {
    return Files.isDirectory(RunLayout.of(context).model(RunLayout.CROSS_ENCODER))
        && StageRecord.current(context, StageRecord.TRAIN_CROSS, id, List.of()).isPresent();
  }

  private static String fingerprint(JobContext context) {
    Fingerprint fingerprint =
        new Fingerprint(StageRecord.TRAIN_CROSS)
            .settings(context.settings(), CrossSettings.GROUP)
            .setting(context.settings(), ModelSettings.BASE)
            .setting(context.settings(), ModelSettings.MAX_SEQ_LENGTH)
            .input("base content", ModelFingerprint.of(base(context)));
    CrossEncoderExamples.describe(context, fingerprint);
    return fingerprint.digest();
  }

  private static void train(JobContext context, String id, Path directory) {
    Optional<GoldPairs> gold = CrossEncoderExamples.gold(context);
    List<GoldPair> pairs = gold.map(GoldPairs::collect).orElse(List.of());
    long started = System.nanoTime();
    CheckpointStore checkpoints =
        new CheckpointStore(RunLayout.of(context).checkpoints(RunLayout.CROSS_ENCODER + "-" + id));
    try (CrossEncoder encoder = open(context);
        TrainingProgress progress = new TrainingProgress(context, StageRecord.TRAIN_CROSS, id)) {
      TrainingSet set =
          CrossEncoderExamples.set(context, encoder.tokenizer(), encoder.classes(), pairs);
      TrainingResult result =
          RankedTraining.isAskedFor(context)
              ? trainByRanks(context, encoder, set, progress, checkpoints)
              : train(context, encoder, set, progress, checkpoints);
      double seconds = (System.nanoTime() - started) / 1e9;
      TrainingCurve curve = progress.curve("cross-encoder", RunLayout.CROSS_ENCODER);
      Map<String, Object> facts = facts(pairs, set, result, progress);
      ModelLineage lineage =
          new ModelLineage(
              id,
              RunLayout.CROSS_ENCODER,
              "cross-encoder",
              directory,
              gold.map(GoldPairs::inputs).orElse(Map.of()),
              facts);
      StageRecord record =
          new StageRecord(
              StageRecord.TRAIN_CROSS,
              id,
              Map.of(),
              gold.isPresent() ? pairs.size() : set.size(),
              set.size(),
              seconds,
              gold.isPresent()
                  ? String.format(
                      Locale.ROOT, "%,d steps over %,d gold pairs", result.steps(), pairs.size())
                  : String.format(
                      Locale.ROOT, "%,d steps over %,d queries", result.steps(), set.size()),
              TrainingDetails.json(curve, pairs));
      String card = ModelCard.ofCrossEncoder("SilverSpark cross-encoder", base(context), facts);
      new FinishedTraining(lineage, record, progress, checkpoints)
          .write(context, () -> encoder.save(directory, card));
    }
    context.console().tell("train-cross: " + directory);
  }

  private static TrainingResult train(
      JobContext context,
      CrossEncoder encoder,
      TrainingSet set,
      TrainingProgress progress,
      CheckpointStore checkpoints) {
    try (SentenceLoss loss = CrossEncoderExamples.loss(context, encoder.labels())) {
      return new Trainer(TrainableModel.of(encoder), loss, trainingPlan(context))
          .listener(progress)
          .checkpoints(checkpoints)
          .train(set, CrossEncoderExamples.sampler(context, set));
    }
  }

  private static TrainingResult trainByRanks(
      JobContext context,
      CrossEncoder encoder,
      TrainingSet set,
      TrainingProgress progress,
      CheckpointStore checkpoints) {
    CrossEncoderExamples.requireSeveralRanks(context);
    TrainingResult result =
        new RankedTraining(context)
            .train(
                new CrossEncoderRecipe(context.settings().json(), set),
                directory -> encoder.save(directory, ""),
                encoder.parameters(),
                checkpoints,
                progress);
    encoder.parametersChanged();
    return result;
  }

  private static Map<String, Object> facts(
      List<GoldPair> pairs, TrainingSet set, TrainingResult result, TrainingProgress progress) {
    Map<String, Object> facts = new TreeMap<>(progress.costs());
    facts.put("gold pairs", pairs.size());
    facts.put("training examples", set.size());
    facts.put("steps", result.steps());
    facts.put("precision", result.precision().title());
    return facts;
  }

  /** The model that it starts from. */
  static String base(JobContext context) {
    String own = context.get(CrossSettings.BASE);
    return own.isEmpty() ? context.get(ModelSettings.BASE) : own;
  }

  /** How it is loaded for training. */
  static EncoderOptions options(JobContext context) {
    return RankedTraining.onDriver(context, ModelOptions.of(context))
        .withLayers(context.get(CrossSettings.LAYERS))
        .withPrecision(precision(context));
  }

  /**
   * The model to start with. A cross-encoder with as many outputs goes on with its classifier, if
   * the names of its classes say what they are; all others get a fresh one.
   */
  private static CrossEncoder open(JobContext context) {
    EncoderOptions options = options(context);
    int labels = context.get(CrossSettings.NUM_LABELS);
    ModelFiles base = options.applyTo(ModelReference.open(base(context)));
    if (!base.isCrossEncoder() || !areKnown(base.config().classes(), labels)) {
      ClassNames classes = labels == 2 ? TWO_CLASSES : ClassNames.ofNumber(labels);
      return CrossEncoder.fromEncoder(
          base(context), classes, context.get(RunSettings.SEED), options);
    }
    context
        .console()
        .tell(
            "train-cross: keeps the classifier of %s%s"
                .formatted(
                    base(context),
                    labels == 1
                        ? ""
                        : ", classes " + String.join(", ", base.config().classes().names())));
    return CrossEncoder.of(base.withConfig(base.config().withoutActivation()), options);
  }

  private static boolean areKnown(ClassNames classes, int labels) {
    return classes.count() == labels
        && switch (labels) {
          case 1 -> true;
          case 2 -> classes.match().isPresent();
          default -> classes.nliLabels().isPresent();
        };
  }

  private static Precision precision(JobContext context) {
    return context.get(CrossSettings.PRECISION);
  }

  static TrainingPlan trainingPlan(JobContext context) {
    TrainingPlan.Builder plan =
        TrainingPlan.builder()
            .epochs(context.get(CrossSettings.EPOCHS))
            .learningRate(context.get(CrossSettings.LEARNING_RATE))
            .weightDecay(context.get(CrossSettings.WEIGHT_DECAY))
            .checkpointSteps(context.get(CrossSettings.CHECKPOINT_STEPS))
            .seed(context.get(RunSettings.SEED));
    context
        .get(CrossSettings.WARMUP_STEPS)
        .ifPresentOrElse(
            plan::warmupSteps, () -> plan.warmupRatio(context.get(CrossSettings.WARMUP_RATIO)));
    return plan.build();
  }
}
