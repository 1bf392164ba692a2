package io.silverspark.jobs.train;

import io.silverspark.jobs.config.ColumnPrompts;
import io.silverspark.jobs.config.CrossLossRules;
import io.silverspark.jobs.config.CrossSettings;
import io.silverspark.jobs.config.DatasetSettings;
import io.silverspark.jobs.config.GoldSettings;
import io.silverspark.jobs.config.ModelSettings;
import io.silverspark.jobs.config.PretrainSettings;
import io.silverspark.jobs.config.RunSettings;
import io.silverspark.jobs.config.SettingEvidence;
import io.silverspark.jobs.config.TrainSettings;
import io.silverspark.jobs.config.TrainingData;
import io.silverspark.jobs.config.TrainingSource;
import io.silverspark.jobs.gold.GoldPair;
import io.silverspark.jobs.gold.GoldPairs;
import io.silverspark.jobs.models.ModelOptions;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.model.config.Setting;
import io.silverspark.model.data.ScoredPair;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.files.ClassNames;
import io.silverspark.model.files.PoolingMode;
import io.silverspark.model.files.TinyModel;
import io.silverspark.model.loss.LossRecipe;
import io.silverspark.model.loss.NamedCrossEncoderLoss;
import io.silverspark.model.tokenizer.TextTokenizer;
import io.silverspark.model.tokenizer.TokenizedText;
import io.silverspark.model.training.TrainingPart;
import io.silverspark.model.training.TrainingSet;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What the trainings work with. */
public final class TrainEvidence {
  private static final List<String> TEXTS = List.of("a b a b", "b b", "a a b", "b", "a", "a b");
  private static final List<GoldPair> GOLD =
      List.of(new GoldPair("a b", "a", 1, 0), new GoldPair("b", "a a", 0, 2));
  private static final List<GoldPair> GRADED =
      List.of(new GoldPair("a", "b", 0.4f, -1), new GoldPair("b", "a", 0.8f, -1));
  private static final List<ScoredPair> SILVER = List.of(new ScoredPair("b", "b b", 0.9f));

  private TrainEvidence() {}

  /** A function of a tokenizer that knows the words a and b. */
  @FunctionalInterface
  private interface Tokenized {
    Object of(JobContext context, TextTokenizer tokenizer);
  }

  private static SettingEvidence.Outcome tokenized(Tokenized outcome) {
    return context -> {
      try (SentenceEncoder encoder =
          SentenceEncoder.of(TinyModel.random(0), EncoderOptions.defaults().withWorkers(1))) {
        return outcome.of(context, encoder.tokenizer());
      }
    };
  }

  /**
   * Adds the evidence.
   *
   * @param run directory of a run with the table nli_pairs of 24 training rows
   */
  public static void add(SettingEvidence evidence, Path run) {
    model(evidence);
    gold(evidence, run);
    biEncoder(evidence);
    rows(evidence);
    datasets(evidence);
    crossEncoder(evidence);
    pretraining(evidence, run);
  }

  private static void model(SettingEvidence evidence) {
    SettingEvidence.Outcome prompts =
        context -> ColumnPrompts.of(context.settings(), ColumnPrompts.TRIPLETS);
    evidence.changes(TrainSettings.PROMPT, "x", prompts);
    evidence.changes(TrainSettings.PROMPTS, "{anchor=x}", prompts);
    evidence.changes(ModelSettings.BASE, "models/x", TrainCrossJob::base);
    evidence.changes(ModelSettings.LAYERS, "1", BiEncoderTraining::options);
    evidence.changes(ModelSettings.PRECISION, "int8", ModelOptions::of);
    evidence.changes(ModelSettings.MAX_SEQ_LENGTH, "16", BiEncoderTraining::options);
    evidence.changes(ModelSettings.TRUNCATE_DIM, "16", BiEncoderTraining::options);
    evidence.changes(ModelSettings.DEVICE, "cuda", BiEncoderTraining::options);
    evidence.changes(
        RunSettings.SEED, "7", context -> BiEncoderTraining.plan(context, TrainingSource.GOLD));
  }

  private static void gold(SettingEvidence evidence, Path run) {
    SettingEvidence.Outcome count = context -> GoldPairs.of(context).count();
    evidence.changes(GoldSettings.SOURCE, "nli", count, "run.dir=" + run);
    evidence.changes(GoldSettings.ROWS, "5", count, "run.dir=" + run, "gold.source=nli");
  }

  private static void biEncoder(SettingEvidence evidence) {
    SettingEvidence.Outcome gold = context -> BiEncoderTraining.plan(context, TrainingSource.GOLD);
    evidence.changes(TrainSettings.EPOCHS, "3", gold);
    evidence.changes(TrainSettings.LEARNING_RATE, "1e-3", gold);
    evidence.changes(TrainSettings.WARMUP_STEPS, "9", gold);
    evidence.changes(TrainSettings.WARMUP_RATIO, "0.5", gold);
    evidence.changes(TrainSettings.WEIGHT_DECAY, "0.5", gold);
    evidence.changes(TrainSettings.GRADIENT_ACCUMULATION, "4", gold);
    evidence.changes(TrainSettings.MAX_GRAD_NORM, "2", gold);
    evidence.changes(TrainSettings.EVALUATION_STEPS, "9", gold);
    evidence.changes(TrainSettings.CHECKPOINT_STEPS, "9", gold);
    evidence.changes(
        TrainSettings.SILVER_EPOCHS,
        "3",
        context -> BiEncoderTraining.plan(context, TrainingSource.GOLD_SILVER));
    evidence.changes(
        TrainSettings.PRECISION, "bf16", BiEncoderTraining::options, "train.precision=fp32");
    SettingEvidence.Outcome data =
        context -> TrainingData.of(context.settings(), source(context)).get(0).name();
    evidence.changes(TrainSettings.DATA, "triplets", data);
    evidence.changes(
        TrainSettings.LOSS,
        "CoSENTLoss",
        context -> BiEncoderLoss.of(context, source(context)).name());
    evidence.changes(
        TrainSettings.LOSS_PARAMETERS,
        "{ scale = 3 }",
        context ->
            BiEncoderLoss.of(context, source(context))
                .recipe()
                .create(new LossRecipe.Model(null, 16, 2, 1)),
        "train.data=triplets");
    evidence.changes(
        TrainSettings.TEACHER,
        "models/x",
        context -> TripletRows.teacher(context).model(),
        "train.data=triplets",
        "train.loss=MarginMSELoss");
    evidence.changes(
        TrainSettings.MATCH_CLASS,
        "yes",
        context -> TripletRows.teacher(context).matchClass(),
        "train.data=triplets",
        "train.loss=MarginMSELoss",
        "train.teacher=models/x");
    isUnread(
        evidence, TrainSettings.MATCH_CLASS, "yes", "CosineSimilarityLoss uses no cross-encoder");
    evidence.isRefused(
        TrainSettings.TEACHER,
        "models/x",
        "train.teacher is set, but nothing reads it: CosineSimilarityLoss uses no other model."
            + " Remove it.");
    isUnread(evidence, TrainSettings.HARD_NEGATIVES, "2", "only triplets have hard negatives");
    isUnread(
        evidence,
        TrainSettings.POSITIVES,
        "all",
        "CosineSimilarityLoss learns from scored pairs here, not from gold pairs that count as"
            + " positives");
    isUnread(
        evidence,
        TrainSettings.GOLD_REPEAT,
        "3",
        "MSELoss takes each text once",
        "train.loss=MSELoss",
        "train.teacher=x");
    isUnread(
        evidence,
        TrainSettings.EPOCHS,
        "3",
        "train.silverEpochs counts the epochs of gold+silver",
        "pipeline.models=gold+silver");
    isUnread(
        evidence,
        TrainSettings.SILVER_EPOCHS,
        "3",
        "only train.data = gold+silver counts silver epochs",
        "train.data=gold",
        "pipeline.models=gold");
  }

  private static void isUnread(
      SettingEvidence evidence, Setting<?> setting, String value, String why, String... others) {
    evidence.isRefused(
        setting,
        value,
        "%s is set, but nothing reads it: %s. Remove it.".formatted(setting, why),
        others);
  }

  private static TrainingSource source(JobContext context) {
    return TrainingSource.of(context.get(TrainSettings.DATA));
  }

  private static void rows(SettingEvidence evidence) {
    evidence.changes(
        TrainSettings.BATCH_SIZE,
        "4",
        tokenized(
            (context, tokenizer) ->
                BiEncoderLoss.of(context, source(context))
                    .sampler(context, TrainingSet.of(tokenizer, List.of(TEXTS, TEXTS), null))
                    .description()));
    SettingEvidence.Outcome pairs =
        tokenized(
            (context, tokenizer) ->
                BiEncoderExamples.pairSet(
                        context,
                        BiEncoderLoss.of(context, source(context)),
                        tokenizer,
                        GOLD,
                        SILVER)
                    .size());
    evidence.changes(TrainSettings.GOLD_REPEAT, "5", pairs);
    evidence.changes(
        TrainSettings.GOLD_REPEAT,
        "5",
        pairs,
        "gold.source=nli",
        "train.loss=MultipleNegativesRankingLoss");
    evidence.changes(
        TrainSettings.POSITIVES,
        "all",
        pairs,
        "gold.source=nli",
        "train.loss=MultipleNegativesRankingLoss");
    TripletRows.Mined one = new TripletRows.Mined("a", "b", "c", 0);
    TripletRows.Mined other = new TripletRows.Mined("a", "b", "d", 0);
    evidence.changes(
        TrainSettings.HARD_NEGATIVES,
        "2",
        context -> TripletRows.rows(context, List.of(one, other)),
        "train.data=triplets");
  }

  private static void datasets(SettingEvidence evidence) {
    String two = "[{data=gold, source=nli}, {data=intents}]";
    evidence.changes(
        DatasetSettings.DATASETS,
        "[{data=gold}]",
        context ->
            TrainingData.of(context.settings(), TrainingSource.DATASETS).stream()
                .map(TrainingData::name)
                .toList(),
        "train.data=datasets");
    evidence.changes(
        DatasetSettings.SAMPLER,
        "round-robin",
        tokenized(
            (context, tokenizer) -> {
              List<TrainingPart> parts = new ArrayList<>();
              for (int i = 0; i < 2; i++) {
                TrainingSet set = TrainingSet.of(tokenizer, List.of(TEXTS, TEXTS), null);
                parts.add(new TrainingPart("part " + i, set, null, set.shuffled(2, 1)));
              }
              return BiEncoderParts.dataset(context, parts).sampler().description();
            }),
        "train.data=datasets",
        "train.datasets=" + two);
    isUnread(
        evidence,
        DatasetSettings.SAMPLER,
        "round-robin",
        "neither train.data nor pipeline.models is datasets");
  }

  private static void crossEncoder(SettingEvidence evidence) {
    SettingEvidence.Outcome plan = TrainCrossJob::trainingPlan;
    evidence.changes(CrossSettings.EPOCHS, "7", plan);
    evidence.changes(CrossSettings.LEARNING_RATE, "1e-3", plan);
    evidence.changes(CrossSettings.WARMUP_STEPS, "9", plan);
    evidence.changes(CrossSettings.WARMUP_RATIO, "0.5", plan);
    evidence.changes(CrossSettings.WEIGHT_DECAY, "0.5", plan);
    evidence.changes(CrossSettings.CHECKPOINT_STEPS, "9", plan);
    evidence.changes(CrossSettings.BASE, "models/x", TrainCrossJob::base);
    evidence.changes(CrossSettings.LAYERS, "1", TrainCrossJob::options);
    evidence.changes(
        CrossSettings.PRECISION, "bf16", TrainCrossJob::options, "cross.precision=fp32");
    evidence.changes(
        CrossSettings.LOSS, "MSELoss", context -> CrossLossRules.loss(context.settings()));
    evidence.changes(
        CrossSettings.NUM_LABELS,
        "3",
        context -> CrossLossRules.loss(context.settings()),
        "gold.source=nli");
    evidence.changes(
        CrossSettings.LOSS_PARAMETERS,
        "{ numNegatives = 2 }",
        context -> NamedCrossEncoderLoss.drawnNegatives(context.get(CrossSettings.LOSS_PARAMETERS)),
        "gold.source=nli",
        "cross.loss=MultipleNegativesRankingLoss");
    evidence.changes(
        CrossSettings.TEACHER,
        "models/x",
        context -> CrossEncoderExamples.teacher(context).model(),
        "cross.loss=MarginMSELoss");
    evidence.changes(
        CrossSettings.MATCH_CLASS,
        "yes",
        context -> CrossEncoderExamples.teacher(context).matchClass(),
        "cross.loss=MarginMSELoss",
        "cross.teacher=models/x");
    isUnread(
        evidence,
        CrossSettings.MATCH_CLASS,
        "yes",
        "only cross.loss = MarginMSELoss uses a teacher");
    isUnread(
        evidence,
        CrossSettings.TEACHER,
        "models/x",
        "only cross.loss = MarginMSELoss uses a teacher");
    evidence.changes(
        CrossSettings.LISTS,
        "lists.jsonl",
        context -> CrossEncoderExamples.gold(context).isPresent(),
        "cross.loss=LambdaLoss");
    isUnread(
        evidence,
        CrossSettings.LISTS,
        "lists.jsonl",
        "only these values of cross.loss learn from document lists: LambdaLoss, RankNetLoss,"
            + " ListNetLoss, ListMLELoss, PListMLELoss, ADRMSELoss");
    SettingEvidence.Outcome size =
        tokenized(
            (context, tokenizer) ->
                CrossEncoderExamples.set(context, tokenizer, ClassNames.ofNumber(1), GRADED)
                    .size());
    evidence.changes(CrossSettings.BOTH_ORDERS, "false", size);
    evidence.changes(
        CrossSettings.BATCH_SIZE,
        "2",
        tokenized(
            (context, tokenizer) ->
                CrossEncoderExamples.sampler(
                        context,
                        CrossEncoderExamples.set(context, tokenizer, ClassNames.ofNumber(1), GOLD))
                    .description()));
  }

  private static void pretraining(SettingEvidence evidence, Path run) {
    SettingEvidence.Outcome plan = context -> new Pretraining(context, null, "id").plan();
    evidence.changes(PretrainSettings.EPOCHS, "3", plan);
    evidence.changes(PretrainSettings.STEPS, "3", plan);
    evidence.changes(PretrainSettings.LEARNING_RATE, "1e-3", plan);
    evidence.changes(PretrainSettings.SCHEDULE, "linear", plan);
    evidence.changes(PretrainSettings.WARMUP_RATIO, "0.5", plan);
    evidence.changes(PretrainSettings.WEIGHT_DECAY, "0.5", plan);
    evidence.changes(PretrainSettings.GRADIENT_ACCUMULATION, "4", plan);
    evidence.changes(PretrainSettings.EVALUATION_STEPS, "9", plan);
    evidence.changes(PretrainSettings.CHECKPOINT_STEPS, "9", plan);
    evidence.changes(
        PretrainSettings.PRECISION,
        "bf16",
        context -> new Pretraining(context, null, "id").options(),
        // The default, auto, is bf16 on some machines.
        "pretrain.precision=fp32");
    evidence.changes(PretrainSettings.BASE, "models/x", Pretraining::base);
    SettingEvidence.Outcome pooling =
        context ->
            new Pretraining(context, null, "id")
                .pooled(TinyModel.encoder(PoolingMode.MEAN, true))
                .modules();
    evidence.changes(PretrainSettings.POOLING, "max", pooling);
    evidence.changes(PretrainSettings.METHOD, "mlm", pooling);
    evidence.changes(PretrainSettings.DELETION_RATIO, "0.2", PretrainObjective::deletion);
    evidence.changes(
        PretrainSettings.MASK_PROBABILITY,
        "0.9",
        tokenized(TrainEvidence::masked),
        "pretrain.method=mlm");
    isUnread(
        evidence,
        PretrainSettings.MASK_PROBABILITY,
        "0.9",
        "only pretrain.method = mlm masks tokens");
    isUnread(
        evidence,
        PretrainSettings.DELETION_RATIO,
        "0.2",
        "only pretrain.method = tsdae deletes words",
        "pretrain.method=simcse");
    evidence.changes(
        PretrainSettings.BATCH_SIZE,
        "2",
        context -> {
          try (SentenceEncoder encoder =
                  SentenceEncoder.of(TinyModel.random(0), EncoderOptions.defaults());
              PretrainObjective objective =
                  PretrainObjective.of(context, TinyModel.random(0), encoder, TEXTS)) {
            return objective.sampler().description();
          }
        },
        "pretrain.method=simcse");
    SettingEvidence.Outcome count = context -> PretrainCorpus.of(context).count();
    String dir = "run.dir=" + run;
    evidence.changes(PretrainSettings.CORPUS, "nli", count, dir);
    evidence.changes(PretrainSettings.ROWS, "2", count, dir, "pretrain.corpus=nli");
    String table = "pretrain.corpus=" + run.resolve("tables/nli_pairs");
    evidence.changes(
        PretrainSettings.COLUMN, "hypothesis", count, table, "pretrain.column=premise");
    isUnread(
        evidence,
        PretrainSettings.COLUMN,
        "body",
        "pretrain.corpus names ingested tables alone, whose columns are known");
  }

  private static Object masked(JobContext context, TextTokenizer tokenizer) {
    List<TokenizedText> originals = TEXTS.stream().map(tokenizer::encode).toList();
    int[] examples = new int[TEXTS.size()];
    Arrays.setAll(examples, i -> i);
    return PretrainObjective.masking(context, TinyModel.random(0))
        .columns(originals, examples, 0)
        .get(0)
        .stream()
        .map(text -> Arrays.toString(text.inputIds()))
        .toList();
  }
}
