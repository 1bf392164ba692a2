package io.silverspark.model.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.silverspark.NarrowModel;
import io.silverspark.ResidentMemory;
import io.silverspark.model.encoder.DenoisingAutoEncoder;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.MaskedLanguageModel;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.encoder.TokenPredictor;
import io.silverspark.model.files.TokenVocabulary;
import io.silverspark.model.loss.CosineSimilarityLoss;
import io.silverspark.model.loss.DataShape;
import io.silverspark.model.loss.DenoisingAutoEncoderLoss;
import io.silverspark.model.loss.LossRecipe;
import io.silverspark.model.loss.MaskedLanguageModelLoss;
import io.silverspark.model.loss.MultipleNegativesRankingLoss;
import io.silverspark.model.loss.NamedLoss;
import io.silverspark.model.loss.SentenceLoss;
import io.silverspark.model.pretraining.TextCorruption;
import io.silverspark.model.pretraining.TokenMasking;
import io.silverspark.model.pretraining.TokenPredictionModel;
import io.silverspark.model.pretraining.WordDeletion;
import io.silverspark.model.sampling.BatchSampler;
import io.silverspark.model.sampling.MultiDatasetSampling;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Training more must not crash: 500 steps by each loss and objective leave memory as it is. Texts
 * are of different lengths, so that sizes differ from step to step as they do in use.
 */
@Tag("cluster")
class LossMemoryTest {
  private static final int STEPS = 500;
  private static final double DROPOUT = 0.1;
  private static final int ROWS = 320;
  private static final int BATCH = 16;
  private static final int CLASSES = 4;

  /** What one batch kept alive in each step would pass: 8 KiB of every row. */
  private static final long MOST_MEBIBYTES = 40;

  private static final TrainingPlan PLAN =
      TrainingPlan.builder().maxSteps(STEPS).learningRate(1e-5).build();

  @ParameterizedTest
  @EnumSource(NamedLoss.class)
  void train_fiveHundredSteps_keepsMemoryFlat(NamedLoss name) {
    Memory memory = new Memory();
    try (SentenceEncoder encoder = encoder();
        SentenceEncoder other = encoder();
        SentenceLoss loss =
            name.read(Map.of())
                .create(
                    new LossRecipe.Model(
                        encoder.manager(), encoder.dimension(), encoder.layers(), 1))) {
      TrainingSet set = set(encoder, name);
      if (name.teacher() == NamedLoss.Teacher.SENTENCE_ENCODER) {
        set = set.labelledBy(other);
      }
      TrainableModel model =
          name.trainsTwins() ? TrainableModel.ofTwins(other, encoder) : TrainableModel.of(encoder);
      new Trainer(model, loss, PLAN)
          .listener(memory)
          .nativeThreads(1)
          .train(set, batches(name, set));
    }
    memory.assertFlat();
  }

  @Test
  void train_severalDataSets_keepsMemoryFlat() {
    Memory memory = new Memory();
    try (SentenceEncoder encoder = encoder()) {
      List<TrainingPart> parts =
          List.of(
              part(encoder, NamedLoss.COSINE_SIMILARITY, new CosineSimilarityLoss()),
              part(
                  encoder,
                  NamedLoss.MULTIPLE_NEGATIVES_RANKING,
                  new MultipleNegativesRankingLoss(20)));
      new Trainer(TrainableModel.of(encoder), PLAN)
          .listener(memory)
          .nativeThreads(1)
          .train(MultiDataset.of(parts, MultiDatasetSampling.PROPORTIONAL, 1));
    }
    memory.assertFlat();
  }

  private static SentenceEncoder encoder() {
    return SentenceEncoder.of(NarrowModel.files(DROPOUT), EncoderOptions.defaults().withWorkers(1));
  }

  private static TrainingPart part(SentenceEncoder encoder, NamedLoss name, SentenceLoss loss) {
    TrainingSet set = set(encoder, name);
    return new TrainingPart(name.title(), set, loss, batches(name, set));
  }

  @Test
  void pretrain_denoising_keepsMemoryFlat() {
    Memory memory = new Memory();
    try (SentenceEncoder encoder = encoder();
        DenoisingAutoEncoder model = DenoisingAutoEncoder.over(encoder, 1)) {
      TextCorruption damage = new TextCorruption(encoder.tokenizer(), new WordDeletion(0.6), 1);
      TrainingSet set = TrainingSet.ofTexts(encoder.tokenizer(), texts("text"), damage);
      predict(model, new DenoisingAutoEncoderLoss(), set, memory);
    }
    memory.assertFlat();
  }

  @Test
  void pretrain_masking_keepsMemoryFlat() {
    Memory memory = new Memory();
    try (SentenceEncoder encoder = encoder();
        MaskedLanguageModel model = MaskedLanguageModel.over(encoder, 1)) {
      TokenMasking masking =
          new TokenMasking(TokenVocabulary.of(NarrowModel.files(DROPOUT).tokenizerJson()), 0.15, 1);
      TrainingSet set = TrainingSet.ofTexts(encoder.tokenizer(), texts("text"), masking);
      predict(model, new MaskedLanguageModelLoss(), set, memory);
    }
    memory.assertFlat();
  }

  private static void predict(
      TokenPredictor model, SentenceLoss loss, TrainingSet set, Memory memory) {
    new Trainer(new TokenPredictionModel(model), loss, PLAN)
        .listener(memory)
        .nativeThreads(1)
        .train(set, set.shuffled(4, 1)); // its scores are 30,522 wide
  }

  private static TrainingSet set(SentenceEncoder encoder, NamedLoss name) {
    DataShape shape = name.shapes().iterator().next();
    List<String> first = texts("first");
    List<String> second = texts("second");
    boolean twins = name.trainsTwins();
    return switch (shape) {
      case SCORED_PAIRS, BINARY_PAIRS, CLASSIFIED_PAIRS ->
          TrainingSet.of(encoder.tokenizer(), List.of(first, second), labels(2));
      case POSITIVE_PAIRS -> TrainingSet.of(encoder.tokenizer(), List.of(first, second), null);
      case TRIPLETS ->
          TrainingSet.of(encoder.tokenizer(), List.of(first, second, texts("third")), null);
      case TRIPLETS_WITH_MARGINS ->
          TrainingSet.of(encoder.tokenizer(), List.of(first, second, texts("third")), labels(2));
      case DOCUMENT_LISTS -> throw new IllegalStateException("of cross-encoders");
      case LABELLED_SENTENCES ->
          TrainingSet.of(encoder.tokenizer(), List.of(first), labels(CLASSES));
      case SENTENCES ->
          twins
              ? TrainingSet.of(
                  encoder.tokenizer(),
                  List.of(first, first),
                  name == NamedLoss.CONTRASTIVE_TENSION ? labels(2) : null)
              : TrainingSet.of(encoder.tokenizer(), List.of(first), null);
    };
  }

  private static BatchSampler batches(NamedLoss name, TrainingSet set) {
    return switch (name.batching()) {
      case SHUFFLED -> set.shuffled(BATCH, 1);
      case NO_DUPLICATES -> set.noDuplicates(BATCH, 1);
      case GROUPED_BY_LABEL -> set.groupedByLabel(BATCH, 1);
    };
  }

  private static List<String> texts(String column) {
    return IntStream.range(0, ROWS)
        .mapToObj(i -> column + " text of number " + i + " and more words".repeat(i % 9))
        .toList();
  }

  private static float[] labels(int different) {
    float[] labels = new float[ROWS];
    for (int i = 0; i < ROWS; i++) {
      labels[i] = i % different;
    }
    return labels;
  }

  /** Resident memory after each step. */
  private static final class Memory implements TrainingListener {
    private final long[] mebibytes = new long[STEPS];

    Memory() {
      ResidentMemory.assumeKnown();
    }

    @Override
    public void onStep(StepReport report) {
      mebibytes[report.step() - 1] = ResidentMemory.mebibytes();
    }

    void assertFlat() {
      double early = Arrays.stream(mebibytes, 150, 200).average().orElseThrow();
      double late = Arrays.stream(mebibytes, 450, 500).average().orElseThrow();
      assertThat(late - early).isLessThan(MOST_MEBIBYTES);
    }
  }
}
