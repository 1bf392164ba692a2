package io.silverspark.jobs.train;

import io.silverspark.jobs.config.RunSettings;
import io.silverspark.jobs.config.TrainSettings;
import io.silverspark.jobs.config.TrainingSource;
import io.silverspark.jobs.gold.GoldPairs;
import io.silverspark.jobs.report.Histogram;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.stage.Fingerprint;
import io.silverspark.jobs.table.IntentsTable;
import io.silverspark.jobs.table.SilverPairsTable;
import io.silverspark.jobs.table.TableDefinition;
import io.silverspark.jobs.table.TableStore;
import io.silverspark.jobs.table.TripletsTable;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.error.UserException;
import io.silverspark.model.loss.NamedLoss;
import io.silverspark.model.sampling.TensionPairs;
import io.silverspark.model.shards.ShardManifest;
import io.silverspark.model.tokenizer.ColumnTokenizer;
import io.silverspark.model.tokenizer.ExampleTokenizer;
import io.silverspark.model.training.TrainingSet;
import io.silverspark.udfs.shards.HadoopShardFiles;
import io.silverspark.udfs.shards.TokenizedShards;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

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
    ExampleRows rows = ExampleRows.of(data);
    OptionalLong tooMany = tooMany(context, rows);
    TrainingSet set =
        tooMany.isPresent()
            ? inShards(data, rows.rows(), tooMany.getAsLong(), encoder)
            : inMemory(data, rows, encoder);
    return new BiEncoderExamples(set, gold, silver, inputs);
  }

  /** The number of rows, if the driver does not hold so many. */
  static OptionalLong tooMany(JobContext context, ExampleRows rows) {
    int most = context.get(TrainSettings.ROWS_IN_MEMORY);
    if (rows.atMost() <= most) {
      return OptionalLong.empty();
    }
    long count = rows.counted().getAsLong();
    return count <= most ? OptionalLong.empty() : OptionalLong.of(count);
  }

  private static long version(TableStore tables, TableDefinition definition) {
    return tables.table(definition).version();
  }

  private static TrainingSet inMemory(
      BiEncoderDataset data, ExampleRows rows, SentenceEncoder encoder) {
    ColumnTokenizer tokenizer = encoder.columns(data.prompts());
    ExampleRows.Collected examples = rows.collect();
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

  private static TrainingSet inShards(
      BiEncoderDataset data, Dataset<Row> rows, long count, SentenceEncoder encoder) {
    JobContext context = data.context();
    if (data.loss() == NamedLoss.CONTRASTIVE_TENSION) {
      throw new UserException(
          "train.loss = '%s' draws pairs from all sentences in the driver, and there are more than train.rowsInMemory = %d; raise it, or use ContrastiveTensionLossInBatchNegatives"
              .formatted(data.loss().title(), context.get(TrainSettings.ROWS_IN_MEMORY)));
    }
    SparkSession spark = context.spark();
    TokenizedShards shards = shards(data, encoder.exampleTokenizer(data.prompts()));
    try {
      Optional<ShardManifest> found = shards.find(spark);
      ShardManifest manifest = found.isPresent() ? found.get() : shards.write(rows, count);
      shards.deleteFormer(spark, directoryName(data));
      context
          .console()
          .tell(
              String.format(
                  Locale.ROOT,
                  "%s: %,d examples in %d shards of %,d MB, %s",
                  context.command(),
                  manifest.rows(),
                  manifest.shards().size(),
                  manifest.bytes() >> 20,
                  found.isPresent() ? "tokenised before" : "tokenised now"));
      return TrainingSet.ofShards(
          manifest, new HadoopShardFiles(shards.directory(), spark.sessionState().newHadoopConf()));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the training examples in " + shards.directory() + " cannot be written or read", e);
    }
  }

  /** The shards of a data set, whether they are there or not. */
  static TokenizedShards shards(BiEncoderDataset data, ExampleTokenizer tokenizer) {
    JobContext context = data.context();
    boolean taught = data.loss().teacher() == NamedLoss.Teacher.SENTENCE_ENCODER;
    Fingerprint identity = new Fingerprint("shards " + ShardManifest.VERSION);
    data.describeRows(identity);
    String digest =
        identity
            .setting(context.settings(), RunSettings.SEED)
            .setting(context.settings(), TrainSettings.SHARD_ROWS)
            .input("shape", data.shape())
            .input("twice", data.loss() == NamedLoss.CONTRASTIVE_TENSION_IN_BATCH_NEGATIVES)
            .input("texts", taught)
            .input("tokenizer", tokenizer.digest())
            .digest();
    String name = "training-examples/" + directoryName(data) + "-" + digest;
    return new TokenizedShards(
        TableStore.of(context).path(name, "training examples", "raise train.rowsInMemory"),
        digest,
        tokenizer,
        context.get(TrainSettings.SHARD_ROWS),
        context.get(RunSettings.SEED),
        taught);
  }

  private static String directoryName(BiEncoderDataset data) {
    return data.name().replaceAll("[^A-Za-z0-9]+", "-");
  }
}
