package io.silverspark.jobs.train;

import io.silverspark.jobs.config.RunSettings;
import io.silverspark.jobs.config.TrainSettings;
import io.silverspark.jobs.config.TrainingSource;
import io.silverspark.jobs.gold.GoldPairs;
import io.silverspark.jobs.report.Histogram;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.table.IntentsTable;
import io.silverspark.jobs.table.SilverPairsTable;
import io.silverspark.jobs.table.TableDefinition;
import io.silverspark.jobs.table.TableStore;
import io.silverspark.jobs.table.TripletsTable;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.error.UserException;
import io.silverspark.model.loss.NamedLoss;
import io.silverspark.model.sampling.TensionPairs;
import io.silverspark.model.tokenizer.ColumnTokenizer;
import io.silverspark.model.tokenizer.ExampleTokenizer;
import io.silverspark.model.training.TrainingSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The rows that a bi-encoder learns from, as its source and loss want them: up to {@code
 * train.rowsInMemory} on the driver, more in shards that the executors write.
 *
 * @param set tokenized examples
 * @param gold labels of the gold pairs among them, each counted once
 * @param silver number of silver pairs
 * @param inputs versions of the tables that were read
 */
record BiEncoderExamples(TrainingSet set, Histogram gold, long silver, Map<String, Long> inputs) {

  /**
   * The rows of all data sets together.
   *
   * @param size number of examples
   * @param gold labels of the gold pairs, each counted once
   * @param silver number of silver pairs
   * @param inputs versions of the tables that were read
   */
  record Summary(long size, Histogram gold, long silver, Map<String, Long> inputs) {}

  static Summary all(List<BiEncoderExamples> sets) {
    Map<String, Long> inputs = new HashMap<>();
    sets.forEach(one -> inputs.putAll(one.inputs));
    return new Summary(
        sets.stream().mapToLong(one -> one.set.size()).sum(),
        sets.stream().map(BiEncoderExamples::gold).reduce(Histogram::plus).orElseThrow(),
        sets.stream().mapToLong(BiEncoderExamples::silver).sum(),
        inputs);
  }

  static BiEncoderExamples read(BiEncoderDataset data, SentenceEncoder encoder) {
    JobContext context = data.context();
    TableStore tables = TableStore.of(context);
    Map<String, Long> inputs = new HashMap<>();
    boolean usesGold =
        data.source() == TrainingSource.GOLD || data.source() == TrainingSource.GOLD_SILVER;
    Histogram gold = TrainingDetails.scores(List.of());
    if (usesGold) {
      inputs.putAll(GoldPairs.of(context).inputs());
      gold = TrainingDetails.scores(GoldPairs.of(context).rows());
    }
    long silver = 0;
    if (data.source() == TrainingSource.GOLD_SILVER) {
      silver = tables.table(SilverPairsTable.DEFINITION).count();
      inputs.put(SilverPairsTable.DEFINITION.name(), version(tables, SilverPairsTable.DEFINITION));
    } else if (!usesGold) {
      TableDefinition definition =
          data.source() == TrainingSource.TRIPLETS
              ? TripletsTable.DEFINITION
              : IntentsTable.DEFINITION;
      inputs.put(definition.name(), version(tables, definition));
    }
    return new BiEncoderExamples(set(data, encoder), gold, silver, inputs);
  }

  private static long version(TableStore tables, TableDefinition definition) {
    return tables.table(definition).version();
  }

  private static TrainingSet set(BiEncoderDataset data, SentenceEncoder encoder) {
    ExampleRows rows = ExampleRows.of(data);
    JobContext context = data.context();
    if (data.loss() == NamedLoss.CONTRASTIVE_TENSION
        && StoredExamples.tooMany(context, rows).isPresent()) {
      throw new UserException(
          "train.loss = '%s' draws pairs from all sentences in the driver, and there are more than train.rowsInMemory = %d; raise it, or use ContrastiveTensionLossInBatchNegatives"
              .formatted(data.loss().title(), context.get(TrainSettings.ROWS_IN_MEMORY)));
    }
    return stored(data, encoder.exampleTokenizer(data.prompts()))
        .set(rows, each -> inMemory(data, each.collect(), encoder.columns(data.prompts())));
  }

  private static TrainingSet inMemory(
      BiEncoderDataset data, ExampleRows.Collected examples, ColumnTokenizer tokenizer) {
    if (data.loss() == NamedLoss.CONTRASTIVE_TENSION) {
      return TrainingSet.ofScoredPairs(
          tokenizer,
          TensionPairs.of(
              examples.texts().get(0),
              TensionPairs.DEFAULT_RATIO,
              data.context().get(RunSettings.SEED)));
    }
    return examples.labels() == null
        ? TrainingSet.of(tokenizer, examples.texts(), null)
        : TrainingSet.ofVectors(tokenizer, examples.texts(), examples.labels());
  }

  /** Where its examples are kept. */
  static StoredExamples stored(BiEncoderDataset data, ExampleTokenizer tokenizer) {
    return new StoredExamples(
        data.context(),
        data.name().replaceAll("[^A-Za-z0-9]+", "-"),
        tokenizer,
        data.loss().teacher() == NamedLoss.Teacher.SENTENCE_ENCODER,
        identity -> {
          data.describeRows(identity);
          identity
              .input("shape", data.shape())
              .input("twice", data.loss() == NamedLoss.CONTRASTIVE_TENSION_IN_BATCH_NEGATIVES);
        });
  }
}
