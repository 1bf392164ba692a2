package io.silverspark.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.silverspark.NarrowModel;
import io.silverspark.model.checkpoint.CheckpointStore;
import io.silverspark.model.data.RankedDocuments;
import io.silverspark.model.encoder.CrossEncoder;
import io.silverspark.model.encoder.DenoisingAutoEncoder;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.MaskedLanguageModel;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.encoder.TokenPredictor;
import io.silverspark.model.error.UserException;
import io.silverspark.model.files.TokenVocabulary;
import io.silverspark.model.loss.BinaryCrossEntropyLoss;
import io.silverspark.model.loss.CrossEncoderMultipleNegativesRankingLoss;
import io.silverspark.model.loss.DenoisingAutoEncoderLoss;
import io.silverspark.model.loss.LambdaLoss;
import io.silverspark.model.loss.ListMLELoss;
import io.silverspark.model.loss.ListNetLoss;
import io.silverspark.model.loss.LogitActivation;
import io.silverspark.model.loss.MaskedLanguageModelLoss;
import io.silverspark.model.loss.SentenceLoss;
import io.silverspark.model.pretraining.TextCorruption;
import io.silverspark.model.pretraining.TokenMasking;
import io.silverspark.model.pretraining.TokenPredictionModel;
import io.silverspark.model.pretraining.WordDeletion;
import io.silverspark.model.shards.ExampleLayout;
import io.silverspark.model.shards.ExampleShardWriter;
import io.silverspark.model.shards.ShardFiles;
import io.silverspark.model.shards.ShardManifest;
import io.silverspark.model.tokenizer.ExampleTokenizer;
import io.silverspark.model.tokenizer.ExampleTokenizer.Sequences;
import io.silverspark.model.tokenizer.TextTokenizer;
import io.silverspark.model.tokenizer.TokenizedText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a cross-encoder and pre-training read from shards is what they read from memory. */
class ShardedSequencesTest {
  private static final int ROWS = 18;
  private static final List<String> WORDS =
      List.of("boats drift past", "a train is late", "fresh bread", "two violins play in tune");

  private static Path base;

  @TempDir private Path directory;

  @BeforeAll
  static void save(@TempDir Path temporary) {
    base = temporary.resolve("narrow");
    try (SentenceEncoder narrow = SmallRun.encoder(0.1)) {
      narrow.save(base, "# Narrow");
    }
  }

  /** Rows of texts with labels, in the order of the examples. */
  private record Rows(List<List<String>> texts, List<List<Float>> labels) {
    List<List<String>> columns() {
      return IntStream.range(0, texts.get(0).size())
          .mapToObj(column -> texts.stream().map(row -> row.get(column)).toList())
          .toList();
    }

    float[][] labelRows() {
      return labels.stream().map(ShardedSequencesTest::floats).toArray(float[][]::new);
    }

    List<RankedDocuments> lists() {
      return IntStream.range(0, texts.size())
          .mapToObj(
              i ->
                  new RankedDocuments(
                      texts.get(i).get(0),
                      texts.get(i).subList(1, texts.get(i).size()),
                      labels.get(i)))
          .toList();
    }
  }

  private static float[] floats(List<Float> values) {
    float[] floats = new float[values.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = values.get(i);
    }
    return floats;
  }

  private static String text(int number) {
    return WORDS.get(number % WORDS.size()) + " at " + number;
  }

  /** Rows with so many texts behind the first one. */
  private static Rows rows(IntStream others, boolean labelled) {
    List<List<String>> texts = new ArrayList<>();
    List<List<Float>> labels = new ArrayList<>();
    for (int count : others.toArray()) {
      int row = texts.size();
      List<String> own = new ArrayList<>(List.of(text(row)));
      List<Float> values = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        own.add(text(3 * row + i + 1));
        values.add((row + i) % 3 / 2f);
      }
      texts.add(own);
      labels.add(labelled ? values : List.of());
    }
    return new Rows(texts, labels);
  }

  private static IntStream each(int others) {
    return IntStream.generate(() -> others).limit(ROWS);
  }

  /** A model while it is trained. */
  private record Model(
      AutoCloseable owner,
      TrainableModel model,
      SentenceLoss loss,
      TextTokenizer tokenizer,
      ExampleTokenizer columns,
      UnaryOperator<TrainingSet> generated)
      implements AutoCloseable {
    @Override
    public void close() {
      try {
        owner.close();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private enum Training {
    PAIRS(Sequences.PAIRS, false, rows(each(1), true)),
    LISTS(Sequences.LISTS, false, rows(IntStream.range(0, ROWS).map(i -> 1 + i % 4), true)),
    RANKING(Sequences.NONE, true, rows(each(2), false)),
    DENOISING(Sequences.TEXTS, true, rows(each(0), false)),
    MASKING(Sequences.TEXTS, false, rows(each(0), false));

    private final Sequences sequences;
    private final boolean keepsTexts;
    private final Rows rows;

    Training(Sequences sequences, boolean keepsTexts, Rows rows) {
      this.sequences = sequences;
      this.keepsTexts = keepsTexts;
      this.rows = rows;
    }

    Model open() {
      return switch (this) {
        case PAIRS -> cross(new BinaryCrossEntropyLoss(), UnaryOperator.identity());
        case LISTS -> cross(new LambdaLoss(), UnaryOperator.identity());
        case RANKING -> ranking();
        case DENOISING -> denoising();
        case MASKING -> masking();
      };
    }

    private Model cross(SentenceLoss loss, UnaryOperator<TrainingSet> generated) {
      CrossEncoder encoder = encoder();
      return cross(encoder, loss, generated);
    }

    private Model cross(
        CrossEncoder encoder, SentenceLoss loss, UnaryOperator<TrainingSet> generated) {
      return new Model(
          encoder,
          TrainableModel.of(encoder),
          loss,
          encoder.tokenizer(),
          encoder.exampleTokenizer().with(sequences),
          generated);
    }

    private Model ranking() {
      CrossEncoder encoder = encoder();
      return cross(
          encoder,
          new CrossEncoderMultipleNegativesRankingLoss(10, LogitActivation.SIGMOID),
          set -> set.drawingNegatives(encoder.tokenizer(), 2, 9));
    }

    private Model denoising() {
      SentenceEncoder encoder = SmallRun.encoder(0.1);
      TextCorruption damage = new TextCorruption(encoder.tokenizer(), new WordDeletion(), 9);
      return predicting(
          encoder,
          DenoisingAutoEncoder.over(encoder, 1),
          new DenoisingAutoEncoderLoss(),
          set -> set.withNoise(damage));
    }

    private Model masking() {
      SentenceEncoder encoder = SmallRun.encoder(0.1);
      TokenVocabulary vocabulary = TokenVocabulary.of(NarrowModel.files(0.1).tokenizerJson());
      return predicting(
          encoder,
          MaskedLanguageModel.over(encoder, 1),
          new MaskedLanguageModelLoss(),
          set -> set.withNoise(new TokenMasking(vocabulary, 0.3, 9)));
    }

    private static Model predicting(
        SentenceEncoder encoder,
        TokenPredictor predictor,
        SentenceLoss loss,
        UnaryOperator<TrainingSet> generated) {
      return new Model(
          () -> {
            predictor.close();
            encoder.close();
          },
          new TokenPredictionModel(predictor),
          loss,
          encoder.tokenizer(),
          encoder.exampleTokenizer(List.of("")),
          generated);
    }

    TrainingSet inMemory(Model model) {
      return switch (this) {
        case PAIRS ->
            TrainingSet.forCrossEncoderTuples(model.tokenizer, rows.columns(), rows.labelRows());
        case LISTS -> TrainingSet.forCrossEncoderLists(model.tokenizer, rows.lists());
        case RANKING -> TrainingSet.forCrossEncoderRanking(model.tokenizer, rows.columns(), 2, 9);
        case DENOISING, MASKING ->
            model.generated.apply(TrainingSet.of(model.tokenizer, rows.columns(), null));
      };
    }
  }

  private static CrossEncoder encoder() {
    return CrossEncoder.fromEncoder(
        base.toString(), 1, 5, EncoderOptions.defaults().withWorkers(1));
  }

  private TrainingSet sharded(Model model, Training training, int rows) throws IOException {
    return model.generated.apply(sharded(model, training.rows, rows, training.keepsTexts));
  }

  private TrainingSet sharded(Model model, Rows rows, int size, boolean keepsTexts)
      throws IOException {
    Path own = Files.createTempDirectory(directory, "shards");
    List<List<TokenizedText>> sequences = model.columns.encode(model.tokenizer, rows.texts);
    ExampleLayout layout =
        model.columns.sequences() == Sequences.LISTS
            ? new ExampleLayout(1, 0, 1, true)
            : new ExampleLayout(
                sequences.get(0).size(),
                keepsTexts ? rows.texts.get(0).size() : 0,
                rows.labels.get(0).size(),
                false);
    List<ShardManifest.Shard> shards = new ArrayList<>();
    for (int start = 0; start < rows.texts.size(); start += size) {
      ExampleShardWriter writer = new ExampleShardWriter(layout);
      for (int i = start; i < Math.min(rows.texts.size(), start + size); i++) {
        writer.add(
            sequences.get(i),
            floats(rows.labels.get(i)),
            rows.texts.get(i).stream().mapToLong(String::hashCode).toArray(),
            keepsTexts ? rows.texts.get(i) : List.of());
      }
      shards.add(writer.write(own.resolve("examples-%03d".formatted(shards.size()))));
    }
    ShardManifest manifest = ShardManifest.of("id", layout, shards);
    return TrainingSet.ofShards(
        ShardManifest.read(manifest.json(), "shards.json"), ShardFiles.in(own));
  }

  private static Map<String, float[]> train(
      Model model, TrainingSet set, CheckpointStore store, TrainingListener listener) {
    TrainingPlan plan =
        TrainingPlan.builder()
            .epochs(2)
            .learningRate(1e-3)
            .seed(7)
            .checkpointSteps(store == null ? 0 : 4)
            .build();
    Trainer trainer = new Trainer(model.model, model.loss, plan).nativeThreads(1);
    if (store != null) {
      trainer.checkpoints(store);
    }
    trainer.listener(listener).train(set, set.shuffled(4, 7));
    return SmallRun.weights(model.model.parameters());
  }

  private static void assertSame(Map<String, float[]> found, Map<String, float[]> expected) {
    assertThat(found.keySet()).isEqualTo(expected.keySet());
    found.forEach((name, values) -> assertThat(values).as(name).isEqualTo(expected.get(name)));
  }

  @ParameterizedTest
  @EnumSource
  void oneShard_trainsTheSameWeightsAsMemoryBitForBit(Training training) throws IOException {
    try (Model held = training.open();
        Model read = training.open()) {
      Map<String, float[]> before = SmallRun.weights(held.model.parameters());
      Map<String, float[]> expected =
          train(held, training.inMemory(held), null, TrainingListener.NONE);
      assertThat(expected.entrySet())
          .as("it learns")
          .anyMatch(each -> !Arrays.equals(each.getValue(), before.get(each.getKey())));
      assertSame(train(read, sharded(read, training, 100), null, TrainingListener.NONE), expected);
    }
  }

  @ParameterizedTest
  @EnumSource
  void severalShards_stoppedAndResumed_givesTheWeightsOfOneRun(Training training)
      throws IOException {
    TrainingListener stop =
        new TrainingListener() {
          @Override
          public void onCheckpoint(int step) {
            if (step == 8) {
              throw new IllegalStateException("killed");
            }
          }
        };
    CheckpointStore store = new CheckpointStore(directory.resolve("checkpoints"));
    try (Model whole = training.open();
        Model first = training.open();
        Model second = training.open()) {
      Map<String, float[]> expected =
          train(whole, sharded(whole, training, 7), null, TrainingListener.NONE);
      assertThatThrownBy(() -> train(first, sharded(first, training, 7), store, stop))
          .hasMessage("killed");
      RecordedSteps resumed = new RecordedSteps();
      assertSame(train(second, sharded(second, training, 7), store, resumed), expected);
      assertThat(resumed.steps.get(0).step()).isEqualTo(9);
    }
  }

  @Test
  void lists_inShards_areRefusedByTheNumberOfTheQuery() throws IOException {
    Rows equal = lists(List.of(1f, 1f), List.of(0f, 0f));
    assertRefused(
        new LambdaLoss(),
        equal,
        "LambdaLoss has nothing to learn from: no query has two documents of different labels;");
    assertRefused(
        new ListMLELoss(),
        lists(List.of(1f), List.of(0f)),
        "ListMLELoss has nothing to learn from: no query has two documents;");
    assertRefused(
        new LambdaLoss(),
        lists(List.of(1f, 0f), List.of(1f), List.of(0f), List.of(2f, 1f, -1f)),
        "LambdaLoss needs a relevance of 0 or more, but document 2 of query 3 has -1.0;");
    assertRefused(
        new ListNetLoss(),
        lists(List.of(1f, 0f), List.of(1f, 0f), List.of(Float.NaN)),
        "ListNetLoss needs a relevance (a finite number), but document 0 of query 2 has NaN;");
  }

  @SafeVarargs
  private static Rows lists(List<Float>... labels) {
    Rows texts = rows(Arrays.stream(labels).mapToInt(List::size), true);
    return new Rows(texts.texts, List.of(labels));
  }

  private void assertRefused(SentenceLoss loss, Rows rows, String message) throws IOException {
    try (Model model = Training.LISTS.open()) {
      TrainingSet set = sharded(model, rows, 2, false);
      assertThatThrownBy(
              () ->
                  new Trainer(model.model, loss, TrainingPlan.builder().build())
                      .train(set, set.shuffled(2, 1)))
          .isInstanceOf(UserException.class)
          .hasMessageStartingWith(message);
    }
  }
}
