package io.silverspark.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.files.ModelFiles;
import io.silverspark.model.files.PoolingMode;
import io.silverspark.model.files.SentenceModule;
import io.silverspark.model.files.SentenceModules;
import io.silverspark.model.files.TinyModel;
import io.silverspark.model.loss.MultipleNegativesRankingLoss;
import io.silverspark.model.prompt.Prompt;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A step of training behind prompts against sentence-transformers 6.0.1: {@code
 * MultipleNegativesRankingLoss} over {@code model.preprocess(column, prompt=...)}, loss and norm of
 * all gradients, on the directory that {@link TinyModel#random} saves.
 */
class PromptedTrainingTest {
  private static final EncoderOptions OPTIONS = EncoderOptions.defaults().withWorkers(1);
  private static final List<List<String>> COLUMNS =
      List.of(List.of("a b b", "b b", "a a b a", "b a"), List.of("b a", "a", "b b b a", "a b"));

  @ParameterizedTest
  @CsvSource({
    "true, 'a a ', 'b ', 1.414889, 0.8741302",
    "true, '', '', 1.610829, 2.399557",
    "true, 'b b a b a b a ', 'a ', 1.52407, 1.681258",
    "false, 'a a ', 'b ', 1.80165, 4.606839",
    "false, '', '', 1.610829, 2.399557",
    "false, 'b b a b a b a ', 'a ', 1.65906, 4.082747"
  })
  void train_columnsBehindPrompts_givesThePeersLossAndGradient(
      boolean includePrompt, String anchor, String positive, double loss, double gradient) {
    RecordedSteps steps = new RecordedSteps();
    try (SentenceEncoder encoder = SentenceEncoder.of(model(includePrompt), OPTIONS)) {
      TrainingSet set = TrainingSet.of(encoder.columns(List.of(anchor, positive)), COLUMNS, null);
      TrainingPlan plan = TrainingPlan.builder().epochs(1).warmupSteps(0).build();
      new Trainer(
              TrainableModel.of(encoder),
              new MultipleNegativesRankingLoss(MultipleNegativesRankingLoss.DEFAULT_SCALE),
              plan)
          .nativeThreads(1)
          .listener(steps)
          .train(set, set.shuffled(COLUMNS.get(0).size(), 1));
    }
    assertThat(steps.steps.get(0).loss()).isCloseTo(loss, within(1e-5));
    assertThat(steps.steps.get(0).gradientNorm()).isCloseTo(gradient, within(1e-4 * gradient));
  }

  @Test
  void fingerprint_ofAnotherPrompt_differs() {
    try (SentenceEncoder encoder = SentenceEncoder.of(model(false), OPTIONS)) {
      String plain = TrainingSet.of(encoder.tokenizer(), COLUMNS, null).fingerprint();
      assertThat(TrainingSet.of(encoder.columns(List.of("")), COLUMNS, null).fingerprint())
          .isEqualTo(plain);
      assertThat(TrainingSet.of(encoder.columns(List.of("a ")), COLUMNS, null).fingerprint())
          .isNotEqualTo(plain);
    }
  }

  @Test
  void labelledBy_promptsOfColumns_givesEachColumnsVectors() {
    try (SentenceEncoder encoder = SentenceEncoder.of(TinyModel.random(0), OPTIONS);
        var scope = encoder.manager().newSubManager()) {
      List<Prompt> prompts = List.of(Prompt.of("a "), Prompt.of("b "));
      TrainingSet set =
          TrainingSet.of(encoder.tokenizer(), COLUMNS, null).labelledBy(encoder, prompts);
      float[] labels = set.batchLabels(scope, new int[] {2, 0}).toFloatArray();
      float[] first = encoder.encode(List.of("a a b a"), Prompt.of("a "))[0];
      float[] second = encoder.encode(List.of("b b b a"), Prompt.of("b "))[0];
      for (int i = 0; i < first.length; i++) {
        assertThat(labels[i]).isCloseTo(first[i], within(1e-6f));
        assertThat(labels[first.length + i]).isCloseTo(second[i], within(1e-6f));
      }
    }
  }

  private static ModelFiles model(boolean includePrompt) {
    return TinyModel.random(0)
        .withModules(
            new SentenceModules(
                List.of(
                    new SentenceModule.Pooling(List.of(PoolingMode.MEAN), includePrompt),
                    new SentenceModule.Normalize())));
  }
}
