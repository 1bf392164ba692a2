package io.silverspark.jobs.train;

import io.silverspark.jobs.config.PretrainMethod;
import io.silverspark.jobs.config.PretrainSettings;
import io.silverspark.jobs.config.RunSettings;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.model.encoder.DenoisingAutoEncoder;
import io.silverspark.model.encoder.MaskedLanguageModel;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.encoder.TokenPredictor;
import io.silverspark.model.files.ModelFiles;
import io.silverspark.model.files.TokenVocabulary;
import io.silverspark.model.loss.DenoisingAutoEncoderLoss;
import io.silverspark.model.loss.MaskedLanguageModelLoss;
import io.silverspark.model.loss.MultipleNegativesRankingLoss;
import io.silverspark.model.loss.SentenceLoss;
import io.silverspark.model.pretraining.TextCorruption;
import io.silverspark.model.pretraining.TokenMasking;
import io.silverspark.model.pretraining.TokenPredictionModel;
import io.silverspark.model.pretraining.WordDeletion;
import io.silverspark.model.sampling.BatchSampler;
import io.silverspark.model.training.TrainableModel;
import io.silverspark.model.training.TrainingSet;
import java.util.List;

/**
 * What a method of pre-training minimises over which examples.
 *
 * @param model the encoder, with a language model where the method has one
 * @param loss of the method
 * @param set the texts and their noise
 * @param sampler batches of the set
 * @param added frees the language model
 */
record PretrainObjective(
    TrainableModel model, SentenceLoss loss, TrainingSet set, BatchSampler sampler, Runnable added)
    implements AutoCloseable {

  /**
   * The objective of {@code pretrain.method}.
   *
   * @param files of the encoder
   * @param encoder that is trained; stays owned by the caller
   * @param texts to learn from
   */
  static PretrainObjective of(
      JobContext context, ModelFiles files, SentenceEncoder encoder, List<String> texts) {
    long seed = context.get(RunSettings.SEED);
    int batchSize = context.get(PretrainSettings.BATCH_SIZE);
    PretrainMethod method = context.get(PretrainSettings.METHOD);
    return switch (method) {
      case TSDAE -> {
        WordDeletion deletion = deletion(context);
        TrainingSet set =
            TrainingSet.ofTexts(
                encoder.tokenizer(),
                texts,
                new TextCorruption(encoder.tokenizer(), texts, deletion, seed));
        yield predicting(
            DenoisingAutoEncoder.over(encoder, seed),
            new DenoisingAutoEncoderLoss(),
            set,
            set.shuffled(batchSize, seed));
      }
      case MLM -> {
        TokenMasking masking = masking(context, files);
        TrainingSet set = TrainingSet.ofTexts(encoder.tokenizer(), texts, masking);
        yield predicting(
            MaskedLanguageModel.over(encoder, seed),
            new MaskedLanguageModelLoss(),
            set,
            set.shuffled(batchSize, seed));
      }
      case SIMCSE -> {
        TrainingSet set = TrainingSet.of(encoder.tokenizer(), List.of(texts, texts), null);
        yield new PretrainObjective(
            TrainableModel.of(encoder),
            new MultipleNegativesRankingLoss(),
            set,
            set.noDuplicates(batchSize, seed),
            () -> {});
      }
    };
  }

  /** The noise of TSDAE. */
  static WordDeletion deletion(JobContext context) {
    return new WordDeletion(context.get(PretrainSettings.DELETION_RATIO));
  }

  /** The noise of the masked language model. */
  static TokenMasking masking(JobContext context, ModelFiles files) {
    return new TokenMasking(
        TokenVocabulary.of(files.tokenizerJson()),
        context.get(PretrainSettings.MASK_PROBABILITY),
        context.get(RunSettings.SEED));
  }

  private static PretrainObjective predicting(
      TokenPredictor predictor, SentenceLoss loss, TrainingSet set, BatchSampler sampler) {
    return new PretrainObjective(
        new TokenPredictionModel(predictor), loss, set, sampler, predictor::close);
  }

  @Override
  public void close() {
    loss.close();
    added.run();
  }
}
