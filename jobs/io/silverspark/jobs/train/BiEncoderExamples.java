package io.silverspark.jobs.train;

import io.silverspark.jobs.config.RunSettings;
import io.silverspark.jobs.config.TrainSettings;
import io.silverspark.jobs.config.TrainingSource;
import io.silverspark.jobs.gold.GoldPair;
import io.silverspark.jobs.gold.GoldPairs;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.table.IntentsTable;
import io.silverspark.jobs.table.SilverPairsTable;
import io.silverspark.jobs.table.StoredTable;
import io.silverspark.jobs.table.TableStore;
import io.silverspark.jobs.table.TripletsTable;
import io.silverspark.model.data.ScoredPair;
import io.silverspark.model.data.TextPair;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.error.UserException;
import io.silverspark.model.loss.DataShape;
import io.silverspark.model.sampling.TensionPairs;
import io.silverspark.model.tokenizer.ColumnTokenizer;
import io.silverspark.model.training.TrainingSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;

/**
 * The rows that a bi-encoder learns from, as its source and loss want them.
 *
 * @param set tokenized examples
 * @param gold gold pairs among them, each counted once
 * @param silver number of silver pairs
 * @param inputs versions of the tables that were read
 */
record BiEncoderExamples(
    TrainingSet set, List<GoldPair> gold, int silver, Map<String, Long> inputs) {

  /**
   * The rows of all data sets together.
   *
   * @param size number of examples
   * @param gold gold pairs, each counted once
   * @param silver number of silver pairs
   * @param inputs versions of the tables that were read
   */
  record Summary(int size, List<GoldPair> gold, int silver, Map<String, Long> inputs) {}

  static Summary all(List<BiEncoderExamples> sets) {
    Map<String, Long> inputs = new HashMap<>();
    sets.forEach(one -> inputs.putAll(one.inputs));
    return new Summary(
        sets.stream().mapToInt(one -> one.set.size()).sum(),
        sets.stream().flatMap(one -> one.gold.stream()).toList(),
        sets.stream().mapToInt(BiEncoderExamples::silver).sum(),
        inputs);
  }

  static BiEncoderExamples read(BiEncoderDataset data, SentenceEncoder encoder) {
    ColumnTokenizer tokenizer = encoder.columns(data.prompts());
    return switch (data.source()) {
      case TRIPLETS -> triplets(data, tokenizer);
      case INTENTS -> intents(data, tokenizer);
      case GOLD, GOLD_SILVER -> pairs(data, tokenizer);
      case DATASETS -> throw new IllegalStateException("a data set holds no other ones");
    };
  }

  private static BiEncoderExamples pairs(BiEncoderDataset data, ColumnTokenizer tokenizer) {
    GoldPairs goldPairs = GoldPairs.of(data.context());
    List<GoldPair> gold = goldPairs.collect();
    Map<String, Long> inputs = new HashMap<>(goldPairs.inputs());
    List<ScoredPair> silver = List.of();
    if (data.source() == TrainingSource.GOLD_SILVER) {
      StoredTable table = TableStore.of(data.context()).table(SilverPairsTable.DEFINITION);
      inputs.put(table.definition().name(), table.version());
      silver = silver(table, data.shape());
    }
    TrainingSet set = pairSet(data, tokenizer, gold, silver);
    return new BiEncoderExamples(set, gold, silver.size(), inputs);
  }

  /** Gold and silver pairs in the shape that the loss takes. */
  static TrainingSet pairSet(
      BiEncoderDataset data,
      ColumnTokenizer tokenizer,
      List<GoldPair> gold,
      List<ScoredPair> silver) {
    JobContext context = data.context();
    if (data.shape() == DataShape.POSITIVE_PAIRS) {
      return TrainingSet.ofPairs(
          tokenizer, positives(context, repeated(context, gold, silver), silver));
    }
    if (data.shape() == DataShape.SENTENCES) {
      Stream<String> texts =
          Stream.concat(
              gold.stream().flatMap(pair -> Stream.of(pair.first(), pair.second())),
              silver.stream().flatMap(pair -> Stream.of(pair.first(), pair.second())));
      return sentences(data, tokenizer, texts);
    }
    boolean classes = data.shape() == DataShape.CLASSIFIED_PAIRS;
    List<ScoredPair> pairs = new ArrayList<>();
    repeated(context, gold, silver)
        .forEach(pair -> pairs.add(classes ? pair.classified() : pair.scored()));
    pairs.addAll(silver);
    return TrainingSet.ofScoredPairs(tokenizer, pairs);
  }

  /** The gold pairs, beside silver ones as often as {@code train.goldRepeat} says. */
  private static List<GoldPair> repeated(
      JobContext context, List<GoldPair> gold, List<ScoredPair> silver) {
    int times = silver.isEmpty() ? 1 : context.get(TrainSettings.GOLD_REPEAT);
    return Collections.nCopies(times, gold).stream().flatMap(List::stream).toList();
  }

  /** In-batch negatives want pairs that mean the same: entailments, no other class. */
  private static List<TextPair> positives(
      JobContext context, List<GoldPair> gold, List<ScoredPair> silver) {
    boolean all = context.get(TrainSettings.POSITIVES).equals("all");
    List<TextPair> pairs = new ArrayList<>();
    gold.stream()
        .filter(pair -> all || pair.isEntailment())
        .forEach(pair -> pairs.add(new TextPair(pair.first(), pair.second())));
    silver.stream()
        .filter(pair -> all || pair.score() > 0.5f)
        .forEach(pair -> pairs.add(new TextPair(pair.first(), pair.second())));
    if (pairs.isEmpty()) {
      throw new UserException(
          "none of %d training pairs is an entailment or has a silver score above 0.5, and train.loss learns from pairs that mean the same"
              .formatted(gold.size() + silver.size()));
    }
    return pairs;
  }

  private static List<ScoredPair> silver(StoredTable table, DataShape shape) {
    List<ScoredPair> pairs =
        table
            .read()
            .orderBy("id")
            .select("sentence1", "sentence2", "score", "label")
            .collectAsList()
            .stream()
            .map(row -> new ScoredPair(row.getString(0), row.getString(1), label(row, shape)))
            .toList();
    if (pairs.isEmpty()) {
      throw new UserException(
          "silver_pairs in %s is empty: 'label' kept no pair. See candidate_pairs and run it again."
              .formatted(table.path()));
    }
    return pairs;
  }

  private static float label(Row row, DataShape shape) {
    float score = row.getFloat(2);
    if (shape == DataShape.BINARY_PAIRS) {
      return score > 0.5f ? 1 : 0;
    }
    if (shape != DataShape.CLASSIFIED_PAIRS) {
      return score;
    }
    if (row.isNullAt(3)) {
      throw new UserException(
          "train.loss = 'softmax' needs silver pairs with classes, but silver_pairs has none: set"
              + " cross.numLabels = 3 and run train-cross and label again");
    }
    return row.getInt(3);
  }

  private static BiEncoderExamples triplets(BiEncoderDataset data, ColumnTokenizer tokenizer) {
    StoredTable table = TableStore.of(data.context()).table(TripletsTable.DEFINITION);
    Map<String, Long> inputs = Map.of(table.definition().name(), table.version());
    if (TrainingSource.areLabelledPairs(data.shape())) {
      return new BiEncoderExamples(
          TrainingSet.ofScoredPairs(tokenizer, TripletRows.labelledPairs(table)),
          List.of(),
          0,
          inputs);
    }
    boolean withMargins = data.shape() == DataShape.TRIPLETS_WITH_MARGINS;
    TripletRows rows = TripletRows.read(data.context(), table, withMargins);
    TrainingSet set =
        switch (data.shape()) {
          case TRIPLETS_WITH_MARGINS ->
              TrainingSet.ofVectors(tokenizer, rows.columns(), rows.margins());
          case POSITIVE_PAIRS -> TrainingSet.of(tokenizer, rows.pairs(), null);
          case SENTENCES ->
              sentences(data, tokenizer, rows.columns().stream().flatMap(List::stream));
          default -> TrainingSet.of(tokenizer, rows.columns(), null);
        };
    return new BiEncoderExamples(set, List.of(), 0, inputs);
  }

  private static BiEncoderExamples intents(BiEncoderDataset data, ColumnTokenizer tokenizer) {
    StoredTable table = TableStore.of(data.context()).table(IntentsTable.DEFINITION);
    List<Row> rows =
        table
            .readNonEmpty("split = 'train'")
            .orderBy("row")
            .select("text", "intent")
            .collectAsList();
    List<String> texts = rows.stream().map(row -> row.getString(0)).toList();
    TrainingSet set =
        data.shape() == DataShape.SENTENCES
            ? sentences(data, tokenizer, texts.stream())
            : TrainingSet.of(tokenizer, List.of(texts), classes(rows));
    return new BiEncoderExamples(
        set, List.of(), 0, Map.of(table.definition().name(), table.version()));
  }

  private static float[] classes(List<Row> rows) {
    List<String> names = rows.stream().map(row -> row.getString(1)).distinct().sorted().toList();
    float[] classes = new float[rows.size()];
    for (int i = 0; i < classes.length; i++) {
      classes[i] = names.indexOf(rows.get(i).getString(1));
    }
    return classes;
  }

  /** Each text once, without labels: alone, or as the pairs of contrastive tension. */
  private static TrainingSet sentences(
      BiEncoderDataset data, ColumnTokenizer tokenizer, Stream<String> texts) {
    List<String> distinct = texts.distinct().toList();
    return switch (data.loss()) {
      case CONTRASTIVE_TENSION ->
          TrainingSet.ofScoredPairs(
              tokenizer,
              TensionPairs.of(
                  distinct, TensionPairs.DEFAULT_RATIO, data.context().get(RunSettings.SEED)));
      case CONTRASTIVE_TENSION_IN_BATCH_NEGATIVES ->
          TrainingSet.of(tokenizer, Arrays.asList(distinct, distinct), null);
      default -> TrainingSet.of(tokenizer, List.of(distinct), null);
    };
  }
}
