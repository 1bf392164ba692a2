package io.silverspark.jobs.train;

import io.silverspark.jobs.config.ModelSettings;
import io.silverspark.jobs.config.PretrainMethod;
import io.silverspark.jobs.config.PretrainSettings;
import io.silverspark.jobs.config.RunSettings;
import io.silverspark.jobs.config.TrainSettings;
import io.silverspark.jobs.models.ModelOptions;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.stage.Fingerprint;
import io.silverspark.jobs.stage.RunLayout;
import io.silverspark.jobs.stage.StageRecord;
import io.silverspark.model.encoder.DenoisingAutoEncoder;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.MaskedLanguageModel;
import io.silverspark.model.encoder.Precision;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.encoder.TokenPredictor;
import io.silverspark.model.error.UserException;
import io.silverspark.model.files.LanguageModelHead;
import io.silverspark.model.files.LoraConfig;
import io.silverspark.model.files.ModelFiles;
import io.silverspark.model.files.ModelReference;
import io.silverspark.model.files.PoolingMode;
import io.silverspark.model.files.SentenceModules;
import io.silverspark.model.files.TokenVocabulary;
import io.silverspark.model.loss.DataShape;
import io.silverspark.model.pretraining.TextCorruption;
import io.silverspark.model.pretraining.TokenMasking;
import io.silverspark.model.pretraining.TokenPredictionModel;
import io.silverspark.model.pretraining.WordDeletion;
import io.silverspark.model.sampling.MultiDatasetSampling;
import io.silverspark.model.tokenizer.ExampleTokenizer;
import io.silverspark.model.training.TrainableModel;
import io.silverspark.model.training.TrainedEncoder;
import io.silverspark.model.training.TrainingDataset;
import io.silverspark.model.training.TrainingRun;
import io.silverspark.model.training.TrainingSet;
import io.silverspark.udfs.serving.ModelFingerprint;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Pre-training: the base model, trained on texts without labels. */
record PretrainTraining(JobContext context, PretrainCorpus corpus) implements TrainingRecipe {

  static PretrainTraining of(JobContext context) {
    return new PretrainTraining(context, PretrainCorpus.of(context));
  }

  @Override
  public Names names() {
    return new Names(
        "pretrain",
        StageRecord.PRETRAIN,
        RunLayout.PRETRAINED,
        "pre-training, " + method().title(),
        RunLayout.PRETRAINED);
  }

  @Override
  public TrainingRun run() {
    return new TrainingRun(
        base(),
        precision(),
        PretrainSettings.PLAN.plan(context.settings()),
        List.of(
            new TrainingDataset(
                context.get(PretrainSettings.CORPUS),
                DataShape.SENTENCES,
                method(),
                context.get(PretrainSettings.PLAN.batchSize()))),
        MultiDatasetSampling.PROPORTIONAL,
        LoraConfig.NONE);
  }

  private PretrainMethod method() {
    return context.get(PretrainSettings.METHOD);
  }

  /** Without the half precision of older GPUs, in which no language model was ever trained here. */
  private Precision precision() {
    Precision wanted = context.get(PretrainSettings.PLAN.precision());
    return wanted.on(context.get(ModelSettings.DEVICE)) == Precision.FP16 ? Precision.FP32 : wanted;
  }

  /** The model that pre-training starts from. */
  private TrainingRun.Base base() {
    boolean own = !context.get(PretrainSettings.BASE).isEmpty();
    return ModelOptions.trained(
        context, PretrainSettings.BASE, own ? 0 : context.get(ModelSettings.LAYERS));
  }

  @Override
  public Fingerprint fingerprint() {
    Fingerprint fingerprint =
        new Fingerprint(StageRecord.PRETRAIN)
            .setting(context.settings(), ModelSettings.MAX_SEQ_LENGTH)
            .chosen(context.settings(), ModelSettings.TRUNCATE_DIM)
            .chosen(context.settings(), TrainSettings.ROWS_IN_MEMORY)
            .chosen(context.settings(), TrainSettings.SHARD_ROWS)
            .input("base", base().reference())
            .input("base content", ModelFingerprint.of(base().reference()));
    if (context.get(PretrainSettings.BASE).isEmpty()) {
      fingerprint.setting(context.settings(), ModelSettings.LAYERS);
    }
    fingerprint.settings(context.settings(), PretrainSettings.of(method()), PretrainSettings.LATER);
    StsValidation.describe(context, run().plan(), fingerprint);
    corpus.describe(fingerprint);
    return fingerprint;
  }

  @Override
  public Map<String, Long> rows() {
    return Map.of("texts", corpus.count());
  }

  /** Texts with noise are trained by one rank only, whatever {@code train.ranks} says. */
  @Override
  public int ranks() {
    return 1;
  }

  @Override
  public TrainedEncoder open(String device) {
    EncoderOptions options = run().options(device);
    ModelFiles files = options.applyTo(ModelReference.open(base().reference()));
    if (files.isCrossEncoder()) {
      throw new UserException(
          ("model '%s' is a cross-encoder, whose classifier would not fit what is learned here,"
                  + " expected a sentence encoder")
              .formatted(base().reference()));
    }
    return new TrainedEncoder.Bi(SentenceEncoder.of(pooled(files), options));
  }

  /** The model with the pooling of the settings. */
  ModelFiles pooled(ModelFiles files) {
    String pooling =
        context
            .get(PretrainSettings.POOLING)
            .orElse(method() == PretrainMethod.TSDAE ? "cls" : "model");
    return pooling.equals("model")
        ? files
        : files.withModules(
            SentenceModules.of(PoolingMode.valueOf(pooling.toUpperCase(Locale.ROOT)), false));
  }

  @Override
  public Rows read(TrainedEncoder trained) {
    SentenceEncoder encoder = ((TrainedEncoder.Bi) trained).encoder();
    TrainingSet set = set(encoder);
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("method", method().title());
    facts.put("corpus", context.get(PretrainSettings.CORPUS));
    facts.put("texts", set.size());
    if (method() != PretrainMethod.SIMCSE) {
      boolean fresh = LanguageModelHead.in(encoder.files().weights()).isEmpty();
      facts.put("language model head", fresh ? "fresh" : "of the base model");
    }
    long seed = context.get(RunSettings.SEED);
    return switch (method()) {
      case TSDAE ->
          predicting(
              set.withNoise(new TextCorruption(encoder.tokenizer(), deletion(), seed)),
              DenoisingAutoEncoder.over(encoder, seed),
              facts);
      case MLM ->
          predicting(
              set.withNoise(masking(encoder.files())),
              MaskedLanguageModel.over(encoder, seed),
              facts);
      case SIMCSE -> rows(set, trained.trainable(), facts, () -> {});
    };
  }

  private TrainingSet set(SentenceEncoder encoder) {
    return stored(encoder.exampleTokenizer(List.of("")))
        .set(
            corpus.examples(method() == PretrainMethod.SIMCSE ? 2 : 1),
            rows -> TrainingSet.of(encoder.tokenizer(), rows.collect().texts(), null));
  }

  /** Where the texts are kept. */
  StoredExamples stored(ExampleTokenizer tokenizer) {
    return new StoredExamples(
        context,
        "pretrain_texts", // no name of a bi-encoder's data set has this character
        tokenizer,
        method() == PretrainMethod.TSDAE,
        identity -> {
          corpus.describe(identity);
          identity
              .setting(context.settings(), PretrainSettings.ROWS)
              .input("twice", method() == PretrainMethod.SIMCSE);
        });
  }

  /** The noise of TSDAE. */
  WordDeletion deletion() {
    return new WordDeletion(context.get(PretrainSettings.DELETION_RATIO));
  }

  /** The noise of the masked language model. */
  TokenMasking masking(ModelFiles files) {
    return new TokenMasking(
        TokenVocabulary.of(files.tokenizerJson()),
        context.get(PretrainSettings.MASK_PROBABILITY),
        context.get(RunSettings.SEED));
  }

  private Rows predicting(TrainingSet set, TokenPredictor predictor, Map<String, Object> facts) {
    return rows(set, new TokenPredictionModel(predictor), facts, predictor::close);
  }

  private Rows rows(
      TrainingSet set, TrainableModel model, Map<String, Object> facts, Runnable others) {
    return new Rows(
        List.of(set),
        model,
        "texts",
        set.size(),
        TrainingDetails.scores(List.of()),
        corpus.inputs(),
        facts,
        others);
  }

  @Override
  public String card(TrainedEncoder encoder, Map<String, Object> facts) {
    return ModelCard.ofBiEncoder(
        "SilverSpark pretrained, " + method().title(),
        base().reference(),
        facts,
        ((TrainedEncoder.Bi) encoder).encoder().prompts());
  }
}
