package io.silverspark.jobs.train;

import io.silverspark.jobs.config.RunSettings;
import io.silverspark.jobs.config.TrainSettings;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.stage.Fingerprint;
import io.silverspark.jobs.table.TableStore;
import io.silverspark.model.shards.ShardManifest;
import io.silverspark.model.tokenizer.ExampleTokenizer;
import io.silverspark.model.training.TrainingSet;
import io.silverspark.udfs.shards.TokenizedShards;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.spark.sql.SparkSession;

/**
 * The examples of a data set as a training reads them: up to {@code train.rowsInMemory} on the
 * driver, more in shards that the executors write.
 *
 * @param name of the data set, with which the names of its directories begin
 * @param tokenizer makes the sequences
 * @param keepsTexts whether texts are read when a batch is made
 * @param identity adds what the rows depend on
 */
record StoredExamples(
    JobContext context,
    String name,
    ExampleTokenizer tokenizer,
    boolean keepsTexts,
    Consumer<Fingerprint> identity) {

  /** The number of rows, if the driver does not hold so many. */
  static OptionalLong tooMany(JobContext context, ExampleRows rows) {
    int most = context.get(TrainSettings.ROWS_IN_MEMORY);
    if (rows.atMost() <= most) {
      return OptionalLong.empty();
    }
    long count = rows.counted().getAsLong();
    return count <= most ? OptionalLong.empty() : OptionalLong.of(count);
  }

  /**
   * The training set of rows.
   *
   * @param inMemory makes it of the rows on the driver
   * @throws io.silverspark.model.error.UserException if there is no row
   */
  TrainingSet set(ExampleRows rows, Function<ExampleRows, TrainingSet> inMemory) {
    OptionalLong tooMany = tooMany(context, rows);
    return tooMany.isPresent() ? inShards(rows, tooMany.getAsLong()) : inMemory.apply(rows);
  }

  private TrainingSet inShards(ExampleRows rows, long count) {
    SparkSession spark = context.spark();
    TokenizedShards shards = shards();
    try {
      Optional<ShardManifest> found = shards.find(spark);
      ShardManifest manifest = found.isPresent() ? found.get() : shards.write(rows.rows(), count);
      shards.deleteFormer(spark);
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
      return TrainingSet.ofShards(manifest, shards.files(spark));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the training examples in " + shards.directory() + " cannot be written or read", e);
    }
  }

  /** The shards, whether they are there or not. */
  TokenizedShards shards() {
    Fingerprint all = new Fingerprint("shards " + ShardManifest.VERSION);
    identity.accept(all);
    String digest =
        all.setting(context.settings(), RunSettings.SEED)
            .setting(context.settings(), TrainSettings.SHARD_ROWS)
            .input("texts", keepsTexts)
            .input("tokenizer", tokenizer.digest())
            .digest();
    return new TokenizedShards(
        TableStore.of(context)
            .path(
                "training-examples/" + name + "-" + digest,
                "training examples",
                "raise train.rowsInMemory"),
        digest,
        tokenizer,
        context.get(TrainSettings.SHARD_ROWS),
        context.get(RunSettings.SEED),
        keepsTexts);
  }
}
