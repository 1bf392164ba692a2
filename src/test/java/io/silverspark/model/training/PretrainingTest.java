package io.silverspark.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.silverspark.model.checkpoint.CheckpointStore;
import io.silverspark.model.encoder.DenoisingAutoEncoder;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.MaskedLanguageModel;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.encoder.TokenPredictor;
import io.silverspark.model.files.TinyModel;
import io.silverspark.model.files.TokenVocabulary;
import io.silverspark.model.loss.DenoisingAutoEncoderLoss;
import io.silverspark.model.loss.MaskedLanguageModelLoss;
import io.silverspark.model.loss.MultipleNegativesRankingLoss;
import io.silverspark.model.loss.SentenceLoss;
import io.silverspark.model.pretraining.TextCorruption;
import io.silverspark.model.pretraining.TokenMasking;
import io.silverspark.model.pretraining.TokenPredictionModel;
import io.silverspark.model.pretraining.WordDeletion;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training on texts without labels through the trainer, on a tiny model. */
class PretrainingTest {
  private static final List<String> TEXTS =
      List.of("a b a b a b", "a a a b b b", "b b", "a b a b", "b a b a b a b", "a a a a");

  @TempDir Path directory;

  private static final class Killed extends RuntimeException {}

  @Test
  void denoising_killedAndResumedInTheSecondEpoch_equalsTheUninterruptedRun() {
    float[] whole = denoise(directory.resolve("whole"), 0);
    assertThatThrownBy(() -> denoise(directory.resolve("parts"), 5)).isInstanceOf(Killed.class);
    float[] resumed = denoise(directory.resolve("parts"), 0);
    assertThat(Arrays.equals(resumed, whole)).isTrue();
  }

  private static float[] denoise(Path checkpoints, int killAfter) {
    try (SentenceEncoder encoder = encoder(0.1);
        DenoisingAutoEncoder model = DenoisingAutoEncoder.over(encoder, 1)) {
      TextCorruption damage = new TextCorruption(encoder.tokenizer(), new WordDeletion(), 42);
      TrainingSet set = TrainingSet.ofTexts(encoder.tokenizer(), TEXTS, damage);
      TrainingPlan plan =
          TrainingPlan.builder().maxSteps(6).learningRate(1e-4).checkpointSteps(2).build();
      trainer(model, new DenoisingAutoEncoderLoss(), plan)
          .checkpoints(new CheckpointStore(checkpoints))
          .listener(
              new TrainingListener() {
                @Override
                public void onStep(StepReport report) {
                  if (report.step() == killAfter) {
                    throw new Killed();
                  }
                }
              })
          .train(set, set.shuffled(TEXTS.size() / 2, 3));
      return encoder.parameters().get("embeddings.word_embeddings.weight").toFloatArray();
    }
  }

  @Test
  void maskedTokens_fewTexts_areLearned() {
    try (SentenceEncoder encoder = encoder(0);
        MaskedLanguageModel model = MaskedLanguageModel.over(encoder, 1)) {
      TokenVocabulary vocabulary = TokenVocabulary.of(TinyModel.random(0).tokenizerJson());
      assertThat(vocabulary.size()).isEqualTo(7);
      assertThat(vocabulary.maskId()).isEqualTo(4);
      TrainingSet set =
          TrainingSet.ofTexts(encoder.tokenizer(), TEXTS, new TokenMasking(vocabulary, 0.15, 42));
      RecordedSteps recorded = new RecordedSteps();
      TrainingPlan plan = TrainingPlan.builder().maxSteps(200).learningRate(1e-2).build();
      trainer(model, new MaskedLanguageModelLoss(), plan)
          .listener(recorded)
          .train(set, set.shuffled(TEXTS.size(), 3));
      double last =
          recorded.steps.subList(150, 200).stream()
              .mapToDouble(TrainingListener.StepReport::loss)
              .average()
              .orElseThrow();
      assertThat(recorded.steps.get(0).loss()).as("ln 7 = 1.95").isBetween(1.6, 2.3);
      assertThat(last).as("two words are left, the context tells some").isLessThan(0.75);
    }
  }

  @Test
  void simCse_sameTextTwice_hasALossBecauseOfDropoutAlone() {
    assertThat(simCseLoss(0.3)).isGreaterThan(simCseLoss(0));
  }

  private static double simCseLoss(double dropout) {
    try (SentenceEncoder encoder = encoder(dropout)) {
      TrainingSet set = TrainingSet.of(encoder.tokenizer(), List.of(TEXTS, TEXTS), null);
      RecordedSteps recorded = new RecordedSteps();
      new Trainer(
              TrainableModel.of(encoder),
              new MultipleNegativesRankingLoss(),
              TrainingPlan.builder().maxSteps(1).build())
          .nativeThreads(1)
          .listener(recorded)
          .train(set, set.noDuplicates(TEXTS.size(), 1));
      return recorded.steps.get(0).loss();
    }
  }

  private static SentenceEncoder encoder(double dropout) {
    return SentenceEncoder.of(TinyModel.random(dropout), EncoderOptions.defaults().withWorkers(1));
  }

  private static Trainer trainer(TokenPredictor model, SentenceLoss loss, TrainingPlan plan) {
    return new Trainer(new TokenPredictionModel(model), loss, plan).nativeThreads(1);
  }
}
