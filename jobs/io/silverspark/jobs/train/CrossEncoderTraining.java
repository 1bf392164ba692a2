package io.silverspark.jobs.train;

import io.silverspark.jobs.config.CrossLossRules;
import io.silverspark.jobs.config.CrossSettings;
import io.silverspark.jobs.config.ModelSettings;
import io.silverspark.jobs.config.RankSettings;
import io.silverspark.jobs.config.RunSettings;
import io.silverspark.jobs.config.TrainSettings;
import io.silverspark.jobs.gold.GoldPairs;
import io.silverspark.jobs.models.ModelOptions;
import io.silverspark.jobs.report.Histogram;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.stage.Fingerprint;
import io.silverspark.jobs.stage.RunLayout;
import io.silverspark.jobs.stage.StageRecord;
import io.silverspark.model.encoder.CrossEncoder;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.error.UserException;
import io.silverspark.model.files.ClassNames;
import io.silverspark.model.files.ModelFiles;
import io.silverspark.model.files.ModelReference;
import io.silverspark.model.loss.NamedCrossEncoderLoss;
import io.silverspark.model.sampling.MultiDatasetSampling;
import io.silverspark.model.training.TrainedEncoder;
import io.silverspark.model.training.TrainingDataset;
import io.silverspark.model.training.TrainingRun;
import io.silverspark.model.training.TrainingSet;
import io.silverspark.udfs.serving.ModelFingerprint;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A cross-encoder: the base model with a classifier, fine-tuned on gold pairs or lists. */
record CrossEncoderTraining(JobContext context) implements TrainingRecipe {
  private static final ClassNames TWO_CLASSES =
      new ClassNames(List.of("not_entailment", "entailment"));

  @Override
  public Names names() {
    return new Names(
        "cross",
        StageRecord.TRAIN_CROSS,
        RunLayout.CROSS_ENCODER,
        "cross-encoder",
        RunLayout.CROSS_ENCODER);
  }

  @Override
  public TrainingRun run() {
    NamedCrossEncoderLoss loss = loss();
    return new TrainingRun(
        base(),
        context.get(CrossSettings.PLAN.precision()),
        CrossSettings.PLAN.plan(context.settings()),
        List.of(
            new TrainingDataset(
                data(loss),
                loss.shapes().iterator().next(),
                CrossLossRules.chosen(context.settings()),
                context.get(CrossSettings.PLAN.batchSize()))),
        MultiDatasetSampling.PROPORTIONAL,
        CrossSettings.LORA.config(context.settings()));
  }

  private String data(NamedCrossEncoderLoss loss) {
    if (loss == NamedCrossEncoderLoss.MARGIN_MSE
        || CrossSettings.takesTriplets(context.settings())) {
      return "triplets";
    }
    return gold().isEmpty() ? CrossSettings.LISTS.key() : "gold";
  }

  private NamedCrossEncoderLoss loss() {
    return CrossLossRules.loss(context.settings());
  }

  private Optional<GoldPairs> gold() {
    return CrossEncoderExamples.gold(context);
  }

  /** The model that it starts from. */
  private TrainingRun.Base base() {
    return ModelOptions.trained(context, CrossSettings.BASE, context.get(CrossSettings.LAYERS));
  }

  @Override
  public Fingerprint fingerprint() {
    Fingerprint fingerprint =
        new Fingerprint(StageRecord.TRAIN_CROSS)
            .settings(context.settings(), CrossSettings.GROUP.settings(), CrossSettings.LATER)
            .setting(context.settings(), ModelSettings.BASE)
            .setting(context.settings(), ModelSettings.MAX_SEQ_LENGTH)
            .chosen(context.settings(), TrainSettings.ROWS_IN_MEMORY)
            .chosen(context.settings(), TrainSettings.SHARD_ROWS)
            .input("base content", ModelFingerprint.of(base().reference()));
    CrossEncoderExamples.describe(context, fingerprint);
    StsValidation.describe(context, run().plan(), fingerprint);
    return fingerprint;
  }

  @Override
  public Map<String, Long> rows() {
    return CrossEncoderExamples.count(context);
  }

  @Override
  public int ranks() {
    int ranks = context.get(RankSettings.RANKS);
    if (ranks > 1 && loss().drawsNegatives()) {
      throw new UserException(
          "cross.loss = '%s' makes its pairs batch by batch, which several ranks cannot share; set train.ranks = 1"
              .formatted(loss().title()));
    }
    return ranks;
  }

  /**
   * A cross-encoder with as many outputs goes on with its classifier, if the names of its classes
   * say what they are; all others get a fresh one.
   */
  @Override
  public TrainedEncoder open(String device) {
    EncoderOptions options = run().options(device);
    String reference = base().reference();
    int labels = context.get(CrossSettings.NUM_LABELS);
    ModelFiles base = options.applyTo(ModelReference.open(reference));
    if (!base.isCrossEncoder() || !areKnown(base.config().classes(), labels)) {
      ClassNames classes = labels == 2 ? TWO_CLASSES : ClassNames.ofNumber(labels);
      return new TrainedEncoder.Cross(
          CrossEncoder.fromEncoder(reference, classes, context.get(RunSettings.SEED), options));
    }
    context
        .console()
        .tell(
            "train-cross: keeps the classifier of %s%s"
                .formatted(
                    reference,
                    labels == 1
                        ? ""
                        : ", classes " + String.join(", ", base.config().classes().names())));
    return new TrainedEncoder.Cross(
        CrossEncoder.of(base.withConfig(base.config().withoutActivation()), options));
  }

  private static boolean areKnown(ClassNames classes, int labels) {
    return classes.count() == labels
        && switch (labels) {
          case 1 -> true;
          case 2 -> classes.match().isPresent();
          default -> classes.nliLabels().isPresent();
        };
  }

  @Override
  public Rows read(TrainedEncoder trained) {
    CrossEncoder encoder = ((TrainedEncoder.Cross) trained).encoder();
    Optional<GoldPairs> gold = gold();
    Histogram scores =
        gold.map(pairs -> TrainingDetails.scores(pairs.rows()))
            .orElse(TrainingDetails.scores(List.of()));
    TrainingSet set = CrossEncoderExamples.set(context, encoder);
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("gold pairs", scores.total());
    facts.put("training examples", set.size());
    return new Rows(
        List.of(set),
        trained.trainable(),
        gold.isPresent()
            ? "gold pairs"
            : CrossSettings.takesTriplets(context.settings()) ? "mined examples" : "queries",
        gold.isPresent() ? scores.total() : set.size(),
        scores,
        gold.map(GoldPairs::inputs).orElse(Map.of()),
        facts,
        () -> {});
  }

  @Override
  public String card(TrainedEncoder encoder, Map<String, Object> facts) {
    return ModelCard.ofCrossEncoder("SilverSpark cross-encoder", base().reference(), facts);
  }
}
