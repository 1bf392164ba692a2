package io.silverspark.jobs.train;

import io.silverspark.jobs.config.BiEncoderVariant;
import io.silverspark.jobs.config.GoldSettings;
import io.silverspark.jobs.config.TrainSettings;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.table.SilverPairsTable;
import io.silverspark.jobs.table.StoredTable;
import io.silverspark.jobs.table.TableStore;
import io.silverspark.jobs.table.TripletsTable;
import io.silverspark.model.data.ScoredPair;
import io.silverspark.model.data.TextPair;
import io.silverspark.model.data.Triplet;
import io.silverspark.model.error.UserException;
import io.silverspark.model.tokenizer.TextTokenizer;
import io.silverspark.model.training.TrainingSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The rows that a bi-encoder learns from, as its variant and loss want them.
 *
 * @param set tokenized examples
 * @param gold gold pairs among them, each counted once
 * @param silver number of silver pairs
 * @param inputs versions of the tables that were read
 */
record BiEncoderExamples(
    TrainingSet set, List<GoldPair> gold, int silver, Map<String, Long> inputs) {

  static BiEncoderExamples read(
      JobContext context, BiEncoderVariant variant, TextTokenizer tokenizer) {
    if (variant == BiEncoderVariant.TRIPLETS) {
      return triplets(context, tokenizer);
    }
    GoldPairs source = GoldPairs.of(context);
    List<GoldPair> gold = source.collect();
    Map<String, Long> inputs = new HashMap<>(source.inputs());
    List<ScoredPair> silver = List.of();
    if (variant == BiEncoderVariant.GOLD_SILVER) {
      StoredTable table = TableStore.of(context).table(SilverPairsTable.DEFINITION);
      inputs.put(table.definition().name(), table.version());
      silver = silver(context, table);
    }
    TrainingSet set = set(context, tokenizer, gold, silver);
    return new BiEncoderExamples(set, gold, silver.size(), inputs);
  }

  private static TrainingSet set(
      JobContext context, TextTokenizer tokenizer, List<GoldPair> gold, List<ScoredPair> silver) {
    if (context.get(TrainSettings.LOSS).equals("mnr")) {
      return TrainingSet.ofPairs(tokenizer, positives(context, gold, silver));
    }
    boolean classes = context.get(TrainSettings.LOSS).equals("softmax");
    List<ScoredPair> pairs = new ArrayList<>();
    int repeat = silver.isEmpty() ? 1 : context.get(TrainSettings.GOLD_REPEAT);
    for (int i = 0; i < repeat; i++) {
      gold.forEach(pair -> pairs.add(classes ? pair.classified() : pair.scored()));
    }
    pairs.addAll(silver);
    return TrainingSet.ofScoredPairs(tokenizer, pairs);
  }

  /** Multiple negatives ranking wants pairs that mean the same: entailments, no other class. */
  private static List<TextPair> positives(
      JobContext context, List<GoldPair> gold, List<ScoredPair> silver) {
    if (context.get(GoldSettings.SOURCE).equals("sts")) {
      throw new UserException(
          "train.loss = 'mnr' does not fit gold.source = 'sts': it needs pairs that mean the same,"
              + " not graded ones; set train.loss = cosine, or train.data = triplets");
    }
    List<TextPair> pairs = new ArrayList<>();
    gold.stream()
        .filter(pair -> pair.label() == 0)
        .forEach(pair -> pairs.add(new TextPair(pair.first(), pair.second())));
    silver.stream()
        .filter(pair -> pair.score() > 0.5f)
        .forEach(pair -> pairs.add(new TextPair(pair.first(), pair.second())));
    return pairs;
  }

  private static List<ScoredPair> silver(JobContext context, StoredTable table) {
    boolean classes = context.get(TrainSettings.LOSS).equals("softmax");
    List<ScoredPair> pairs =
        table
            .read()
            .orderBy("id")
            .select("sentence1", "sentence2", "score", "label")
            .collectAsList()
            .stream()
            .map(
                row ->
                    new ScoredPair(
                        row.getString(0),
                        row.getString(1),
                        classes ? label(row.isNullAt(3) ? null : row.getInt(3)) : row.getFloat(2)))
            .toList();
    if (pairs.isEmpty()) {
      throw new UserException(
          "silver_pairs in %s is empty. Run 'label' first.".formatted(table.path()));
    }
    return pairs;
  }

  private static float label(Integer label) {
    if (label == null) {
      throw new UserException(
          "train.loss = 'softmax' needs silver pairs with classes, but silver_pairs has none: set"
              + " cross.numLabels = 3 and run train-cross and label again");
    }
    return label;
  }

  private static BiEncoderExamples triplets(JobContext context, TextTokenizer tokenizer) {
    StoredTable table = TableStore.of(context).table(TripletsTable.DEFINITION);
    List<Triplet> triplets =
        table
            .read()
            .orderBy("row")
            .select("anchor", "positive", "negative")
            .collectAsList()
            .stream()
            .map(row -> new Triplet(row.getString(0), row.getString(1), row.getString(2)))
            .toList();
    if (triplets.isEmpty()) {
      throw new UserException("triplets in %s is empty. Run 'mine' first.".formatted(table.path()));
    }
    return new BiEncoderExamples(
        TrainingSet.ofTriplets(tokenizer, triplets),
        List.of(),
        0,
        Map.of(table.definition().name(), table.version()));
  }
}
