package io.silverspark.jobs.train;

import io.silverspark.jobs.config.ColumnPrompts;
import io.silverspark.jobs.config.CrossSettings;
import io.silverspark.jobs.config.DatasetSettings;
import io.silverspark.jobs.config.GoldSettings;
import io.silverspark.jobs.config.LoraSettings;
import io.silverspark.jobs.config.ModelSettings;
import io.silverspark.jobs.config.PlanSettings;
import io.silverspark.jobs.config.PretrainSettings;
import io.silverspark.jobs.config.RankSettings;
import io.silverspark.jobs.config.RunSettings;
import io.silverspark.jobs.config.SettingEvidence;
import io.silverspark.jobs.config.TrainSettings;
import io.silverspark.jobs.config.TrainingData;
import io.silverspark.jobs.config.TrainingSource;
import io.silverspark.jobs.gold.GoldPairs;
import io.silverspark.jobs.models.ModelOptions;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.model.config.Setting;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.files.ClassNames;
import io.silverspark.model.files.PoolingMode;
import io.silverspark.model.files.TinyModel;
import io.silverspark.model.tokenizer.ExampleTokenizer;
import io.silverspark.model.tokenizer.TextTokenizer;
import io.silverspark.model.tokenizer.TokenizedText;
import io.silverspark.model.training.TrainingRun;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What the trainings work with. */
public final class TrainEvidence {
  private static final List<String> TEXTS = List.of("a b a b", "b b", "a a b", "b", "a", "a b");
  private static final String GRADED_PAIRS =
      "SELECT * FROM VALUES (1, 'a', 'b', 0.4f, -1), (2, 'b', 'a', 0.8f, -1)"
          + " AS gold(position, sentence1, sentence2, score, label)";
  private static final String GOLD_PAIRS =
      "SELECT struct(id AS hash, id) AS position, * FROM VALUES (1L, 'a b', 'a', 1f, 0),"
          + " (2L, 'b', 'a a', 0f, 2) AS gold(id, sentence1, sentence2, score, label)";
  private static final String SILVER_PAIRS =
      "SELECT * FROM VALUES (3L, 'b', 'b b', 0.9f, 0)"
          + " AS silver(id, sentence1, sentence2, score, label)";
  private static final String TRIPLETS =
      "SELECT * FROM VALUES (1L, 'a', 'b', 'c', 0f), (2L, 'a', 'b', 'd', 0f)"
          + " AS mined(row, anchor, positive, negative, margin)";

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
    shards(evidence, run);
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
    evidence.changes(ModelSettings.BASE, "models/x", TrainEvidence::cross);
    evidence.changes(ModelSettings.BASE, "models/x", TrainEvidence::bi);
    evidence.changes(ModelSettings.LAYERS, "1", TrainEvidence::bi);
    evidence.changes(ModelSettings.PRECISION, "int8", ModelOptions::of);
    evidence.changes(ModelSettings.MAX_SEQ_LENGTH, "16", TrainEvidence::bi);
    evidence.changes(ModelSettings.TRUNCATE_DIM, "16", TrainEvidence::bi);
    evidence.changes(ModelSettings.DEVICE, "cuda", ModelOptions::of);
    evidence.changes(ModelSettings.BATCH_TOKENS, "512", ModelOptions::of);
    evidence.changes(RunSettings.SEED, "7", TrainEvidence::bi);
    evidence.changes(RankSettings.RANKS, "2", context -> new CrossEncoderTraining(context).ranks());
  }

  /** The training that train-bi would do. */
  private static TrainingRun bi(JobContext context) {
    return BiEncoderTraining.of(context, source(context)).run();
  }

  private static TrainingRun cross(JobContext context) {
    return new CrossEncoderTraining(context).run();
  }

  private static PretrainTraining pretraining(JobContext context) {
    return new PretrainTraining(context, null);
  }

  /** The settings that all trainings share. */
  private static void plan(
      SettingEvidence evidence,
      PlanSettings plan,
      SettingEvidence.Outcome run,
      String schedule,
      String... others) {
    evidence.changes(plan.epochs(), "7", run, others);
    evidence.changes(plan.steps(), "3", run, others);
    evidence.changes(plan.batchSize(), "4", run, others);
    evidence.changes(plan.learningRate(), "1e-3", run, others);
    evidence.changes(plan.schedule(), schedule, run, others);
    evidence.changes(plan.warmupSteps(), "9", run, others);
    evidence.changes(plan.warmupRatio(), "0.5", run, others);
    evidence.changes(plan.weightDecay(), "0.5", run, others);
    evidence.changes(plan.gradientAccumulation(), "4", run, others);
    evidence.changes(plan.maxGradNorm(), "2", run, others);
    // The default, auto, is bf16 on some machines.
    evidence.changes(plan.precision(), "bf16", run, concat(others, plan.precision() + "=fp32"));
    evidence.changes(plan.freezeLayers(), "1", run, others);
    evidence.changes(plan.layerDecay(), "0.9", run, others);
    evidence.changes(plan.headLearningRate(), "1e-2", run, others);
    evidence.changes(plan.gradientCheckpointing(), "true", run, others);
    evidence.changes(plan.evaluationSteps(), "9", run, others);
    String evaluated = plan.evaluationSteps() + "=9";
    evidence.changes(plan.earlyStoppingPatience(), "3", run, concat(others, evaluated));
    evidence.changes(plan.earlyStoppingThreshold(), "0.1", run, concat(others, evaluated));
    evidence.changes(plan.checkpointSteps(), "9", run, others);
    String atTheEnd = plan.evaluationSteps() + " = 0 evaluates at the end only";
    isUnread(evidence, plan.earlyStoppingPatience(), "3", atTheEnd, others);
    isUnread(evidence, plan.earlyStoppingThreshold(), "0.1", atTheEnd, others);
  }

  private static void lora(
      SettingEvidence evidence, LoraSettings lora, SettingEvidence.Outcome run, String... others) {
    evidence.changes(lora.rank(), "4", run, others);
    String ranked = lora.rank() + "=4";
    evidence.changes(lora.alpha(), "16", run, concat(others, ranked));
    evidence.changes(lora.dropout(), "0.1", run, concat(others, ranked));
    evidence.changes(lora.modules(), "[key]", run, concat(others, ranked));
    evidence.changes(lora.basePrecision(), "int8", run, concat(others, ranked));
    String none = lora.rank() + " = 0 trains no adapter";
    isUnread(evidence, lora.alpha(), "16", none, others);
    isUnread(evidence, lora.dropout(), "0.1", none, others);
    isUnread(evidence, lora.modules(), "[key]", none, others);
    isUnread(evidence, lora.basePrecision(), "int8", none, others);
  }

  private static String[] concat(String[] some, String more) {
    List<String> all = new ArrayList<>(List.of(some));
    all.add(more);
    return all.toArray(String[]::new);
  }

  private static void shards(SettingEvidence evidence, Path run) {
    String[] others = {
      "run.dir=" + run, "gold.source=nli", "train.data=gold", "pipeline.models=gold"
    };
    evidence.changes(
        TrainSettings.ROWS_IN_MEMORY,
        "1",
        context ->
            StoredExamples.tooMany(
                context, ExampleRows.of(BiEncoderDataset.of(context, source(context)).get(0))),
        others);
    evidence.changes(
        TrainSettings.SHARD_ROWS,
        "1",
        context ->
            BiEncoderExamples.stored(
                    BiEncoderDataset.of(context, source(context)).get(0),
                    new ExampleTokenizer(
                        new byte[0],
                        false,
                        true,
                        8,
                        List.of(""),
                        true,
                        ExampleTokenizer.Sequences.TEXTS))
                .shards()
                .shardRows(),
        others);
  }

  private static void gold(SettingEvidence evidence, Path run) {
    SettingEvidence.Outcome count = context -> GoldPairs.of(context).count();
    evidence.changes(GoldSettings.SOURCE, "nli", count, "run.dir=" + run);
    evidence.changes(GoldSettings.ROWS, "5", count, "run.dir=" + run, "gold.source=nli");
  }

  private static void biEncoder(SettingEvidence evidence) {
    lora(evidence, TrainSettings.LORA, TrainEvidence::bi);
    plan(
        evidence,
        TrainSettings.PLAN,
        TrainEvidence::bi,
        "cosine",
        "train.data=gold",
        "pipeline.models=gold");
    evidence.changes(TrainSettings.SILVER_EPOCHS, "3", TrainEvidence::bi);
    SettingEvidence.Outcome data =
        context -> TrainingData.of(context.settings(), source(context)).get(0).name();
    evidence.changes(TrainSettings.DATA, "triplets", data);
    evidence.changes(TrainSettings.LOSS, "CoSENTLoss", TrainEvidence::bi);
    evidence.changes(
        TrainSettings.LOSS_PARAMETERS, "{ scale = 3 }", TrainEvidence::bi, "train.data=triplets");
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
        TrainSettings.PLAN.epochs(),
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
    SettingEvidence.Outcome pairs =
        context ->
            ExampleRows.pairs(
                    BiEncoderDataset.of(context, source(context)).get(0),
                    context.spark().sql(GOLD_PAIRS),
                    context.spark().sql(SILVER_PAIRS))
                .count();
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
    evidence.changes(
        TrainSettings.HARD_NEGATIVES,
        "2",
        context ->
            TripletRows.rows(
                    context.spark().sql(TRIPLETS), context.get(TrainSettings.HARD_NEGATIVES))
                .count(),
        "train.data=triplets");
    evidence.changes(
        CrossSettings.HARD_NEGATIVES,
        "2",
        context ->
            TripletRows.rows(
                    context.spark().sql(TRIPLETS), context.get(CrossSettings.HARD_NEGATIVES))
                .count(),
        "cross.data=triplets",
        "cross.loss=MultipleNegativesRankingLoss");
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
        TrainEvidence::bi,
        "train.data=datasets",
        "train.datasets=" + two);
    isUnread(
        evidence,
        DatasetSettings.SAMPLER,
        "round-robin",
        "neither train.data nor pipeline.models is datasets");
  }

  private static void crossEncoder(SettingEvidence evidence) {
    lora(evidence, CrossSettings.LORA, TrainEvidence::cross);
    plan(evidence, CrossSettings.PLAN, TrainEvidence::cross, "cosine");
    evidence.changes(CrossSettings.BASE, "models/x", TrainEvidence::cross);
    evidence.changes(
        CrossSettings.DATA, "triplets", context -> CrossEncoderExamples.gold(context).isPresent());
    evidence.changes(CrossSettings.LAYERS, "1", TrainEvidence::cross);
    evidence.changes(CrossSettings.LOSS, "MSELoss", TrainEvidence::cross);
    evidence.changes(CrossSettings.NUM_LABELS, "3", TrainEvidence::cross, "gold.source=nli");
    evidence.changes(
        CrossSettings.LOSS_PARAMETERS,
        "{ numNegatives = 2 }",
        TrainEvidence::cross,
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
    isUnread(
        evidence,
        CrossSettings.HARD_NEGATIVES,
        "2",
        "only MultipleNegativesRankingLoss over cross.data = triplets has rows of several"
            + " negatives");
    evidence.changes(
        CrossSettings.BOTH_ORDERS,
        "false",
        context ->
            CrossEncoderRows.pairs(
                    context.spark().sql(GRADED_PAIRS),
                    context.get(CrossSettings.BOTH_ORDERS),
                    ClassNames.ofNumber(1))
                .count());
  }

  private static void pretraining(SettingEvidence evidence, Path run) {
    SettingEvidence.Outcome training = context -> pretraining(context).run();
    plan(evidence, PretrainSettings.PLAN, training, "linear");
    evidence.changes(PretrainSettings.BASE, "models/x", training);
    SettingEvidence.Outcome pooling =
        context -> pretraining(context).pooled(TinyModel.encoder(PoolingMode.MEAN, true)).modules();
    evidence.changes(PretrainSettings.POOLING, "max", pooling);
    evidence.changes(PretrainSettings.METHOD, "mlm", pooling);
    evidence.changes(
        PretrainSettings.DELETION_RATIO, "0.2", context -> pretraining(context).deletion());
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
    return pretraining(context)
        .masking(TinyModel.random(0))
        .columns(originals, List.of(), examples, 0)
        .get(0)
        .stream()
        .map(text -> Arrays.toString(text.inputIds()))
        .toList();
  }
}
