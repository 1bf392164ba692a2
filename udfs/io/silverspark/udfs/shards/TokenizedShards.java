package io.silverspark.udfs.shards;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.transform;
import static org.apache.spark.sql.functions.xxhash64;

import io.silverspark.model.shards.ShardFiles;
import io.silverspark.model.shards.ShardManifest;
import io.silverspark.model.tokenizer.ExampleTokenizer;
import io.silverspark.udfs.serving.JavaSerialized;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/**
 * The examples of a data set, tokenised by the executors into shards. They lie in a directory that
 * is named by what they depend on, and are used again while that is the same. The files are the
 * same whoever writes them, so runs that write them at once do no harm.
 *
 * <p>A data set of one shard keeps the order of its rows. One of several is shuffled by a hash of
 * position and seed, so that each shard is a random part of it. Where one shard would have more
 * bytes than a file may, it becomes several in the same way.
 *
 * @param directory of the shards, on a file system that driver and executors see; its name ends in
 *     the identity
 * @param identity digest of what the rows depend on: tables, settings, tokenizer and shard size
 * @param tokenizer of the model to be trained
 * @param shardRows examples of a shard, about; fewer where texts are long
 * @param seed of the shuffle
 * @param keepsTexts whether the texts are stored too, for a teacher or for what is made of them
 *     when a batch is used; not of lists
 */
public record TokenizedShards(
    String directory,
    String identity,
    ExampleTokenizer tokenizer,
    int shardRows,
    long seed,
    boolean keepsTexts)
    implements Serializable {

  /** The shards that are there already. */
  public Optional<ShardManifest> find(SparkSession spark) throws IOException {
    Path file = new Path(directory, ShardManifest.FILE);
    FileSystem files = file.getFileSystem(spark.sessionState().newHadoopConf());
    try (var in = files.open(file)) {
      String json = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      ShardManifest found = ShardManifest.read(json, file.toString());
      return Optional.of(found).filter(manifest -> manifest.identity().equals(identity));
    } catch (FileNotFoundException absent) {
      return Optional.empty();
    }
  }

  /**
   * Writes the shards.
   *
   * @param rows {@code position} (any type that sorts; different for each row), {@code texts}
   *     (array of strings), {@code labels} (array of floats, or null)
   * @param count number of rows, at least 1
   */
  public ShardManifest write(Dataset<Row> rows, long count) throws IOException {
    SparkSession spark = rows.sparkSession();
    Configuration configuration = spark.sessionState().newHadoopConf();
    int shards = Math.toIntExact((count + shardRows - 1) / shardRows);
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Broadcast<JavaSerialized<TokenizedShards>> shared =
        context.broadcast(new JavaSerialized<>(this));
    try {
      ShardWriting writing = new ShardWriting(shared, new SerializableConfiguration(configuration));
      List<ShardWriting.Written> written =
          sharded(rows, shards, 0).javaRDD().mapPartitions(writing).collect();
      if (shards == 1 && written.size() > 1) {
        deleteOrdered(written, configuration);
        written = sharded(rows, written.size(), 1).javaRDD().mapPartitions(writing).collect();
      }
      List<ShardManifest.Shard> sorted =
          written.stream()
              .sorted(Comparator.comparing(each -> each.shard().file()))
              .map(ShardWriting.Written::shard)
              .toList();
      ShardManifest manifest = ShardManifest.of(identity, written.get(0).layout(), sorted);
      save(manifest, configuration);
      return manifest;
    } finally {
      shared.destroy();
    }
  }

  /** Parts of the data set in its order. The shards that follow have other names. */
  private void deleteOrdered(List<ShardWriting.Written> written, Configuration configuration)
      throws IOException {
    for (ShardWriting.Written each : written) {
      Path file = new Path(directory, each.shard().file());
      file.getFileSystem(configuration).delete(file, false);
    }
  }

  /**
   * Rows by shard, each in its order: shard, texts, labels, hashes of the texts.
   *
   * @param first number of the first shard
   */
  private Dataset<Row> sharded(Dataset<Row> rows, int shards, int first) {
    Column hash = shards == 1 ? lit(0L) : xxhash64(col("position"), lit(seed));
    return rows.withColumn("hash", hash)
        .select(
            pmod(col("hash"), lit((long) shards)).plus(first).cast("int").as("shard"),
            col("texts"),
            col("labels"),
            transform(col("texts"), text -> xxhash64(text)).as("hashes"),
            col("hash"),
            col("position"))
        .repartition(shards, col("shard"))
        .sortWithinPartitions("shard", "hash", "position");
  }

  private void save(ShardManifest manifest, Configuration configuration) throws IOException {
    Path file = new Path(directory, ShardManifest.FILE);
    Path partial = new Path(directory, "." + ShardManifest.FILE + "-" + UUID.randomUUID());
    FileSystem files = file.getFileSystem(configuration);
    try (var out = files.create(partial)) {
      out.write(manifest.json().getBytes(StandardCharsets.UTF_8));
    }
    if (files.exists(file)) {
      files.delete(file, false);
    }
    if (!files.rename(partial, file) && !files.exists(file)) {
      throw new IOException("cannot rename " + partial + " to " + file);
    }
  }

  /**
   * Deletes the shards of former tables and settings, but for the newest ones, which another run
   * may be reading.
   *
   * <p>They are the directories beside this one whose names differ in the identity alone.
   */
  public void deleteFormer(SparkSession spark) throws IOException {
    Path own = new Path(directory);
    String name = own.getName().substring(0, own.getName().length() - identity.length());
    FileSystem files = own.getFileSystem(spark.sessionState().newHadoopConf());
    List<FileStatus> former =
        Arrays.stream(files.listStatus(own.getParent()))
            .filter(each -> each.getPath().getName().startsWith(name))
            .filter(each -> each.getPath().getName().length() == own.getName().length())
            .filter(each -> !each.getPath().getName().equals(own.getName()))
            .sorted(Comparator.comparing(FileStatus::getModificationTime).reversed())
            .skip(1)
            .toList();
    for (FileStatus each : former) {
      files.delete(each.getPath(), true);
    }
  }

  /** Deletes the shards. */
  public void delete(SparkSession spark) throws IOException {
    Path own = new Path(directory);
    own.getFileSystem(spark.sessionState().newHadoopConf()).delete(own, true);
  }

  /**
   * Finds the files, on whatever machine they are read.
   *
   * @param spark knows their file system
   */
  public ShardFiles files(SparkSession spark) {
    return new HadoopShardFiles(directory, spark.sessionState().newHadoopConf());
  }
}
