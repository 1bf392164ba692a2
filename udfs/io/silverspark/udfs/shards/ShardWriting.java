package io.silverspark.udfs.shards;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.silverspark.model.shards.ExampleLayout;
import io.silverspark.model.shards.ExampleShardWriter;
import io.silverspark.model.shards.ShardManifest;
import io.silverspark.model.tokenizer.ExampleTokenizer;
import io.silverspark.model.tokenizer.TextTokenizer;
import io.silverspark.model.tokenizer.TokenizedText;
import io.silverspark.udfs.columns.Columns;
import io.silverspark.udfs.serving.JavaSerialized;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Tokenises the rows of a partition, which come shard by shard, and writes a file whenever a shard
 * ends or has as many rows or bytes as fit into memory. A file is moved to its place whole.
 */
final class ShardWriting implements FlatMapFunction<Iterator<Row>, ShardWriting.Written> {
  private static final long serialVersionUID = 1;
  private static final int TEXTS_AT_ONCE = 2048;
  private static final long CHARACTERS_AT_ONCE = 4L << 20;
  private static final long MAX_BYTES = 64L << 20;

  private final Broadcast<JavaSerialized<TokenizedShards>> settings;
  private final SerializableConfiguration hadoop;

  /**
   * A file that was written.
   *
   * @param layout what its examples consist of
   */
  @DefaultSerializer(JavaSerializer.class)
  record Written(ShardManifest.Shard shard, ExampleLayout layout) implements Serializable {}

  ShardWriting(
      Broadcast<JavaSerialized<TokenizedShards>> settings, SerializableConfiguration hadoop) {
    this.settings = settings;
    this.hadoop = hadoop;
  }

  @Override
  public Iterator<Written> call(Iterator<Row> rows) throws IOException {
    TokenizedShards shards = settings.value().value();
    if (!rows.hasNext()) {
      return List.<Written>of().iterator();
    }
    java.nio.file.Path local = Files.createTempDirectory("silverspark-shards");
    try (TextTokenizer tokenizer = shards.tokenizer().open()) {
      Partition partition = new Partition(shards, tokenizer, local, new ArrayList<>());
      partition.writeAll(rows);
      return partition.written.iterator();
    } finally {
      Files.deleteIfExists(local);
    }
  }

  /** One partition while it is written. */
  private final class Partition {
    private final TokenizedShards shards;
    private final TextTokenizer tokenizer;
    private final java.nio.file.Path local;
    private final List<Written> written;
    private final List<Row> waiting = new ArrayList<>();
    private int waitingTexts;
    private long waitingCharacters;
    private ExampleShardWriter writer;
    private int shard = -1;
    private int part;

    Partition(
        TokenizedShards shards,
        TextTokenizer tokenizer,
        java.nio.file.Path local,
        List<Written> written) {
      this.shards = shards;
      this.tokenizer = tokenizer;
      this.local = local;
      this.written = written;
    }

    void writeAll(Iterator<Row> rows) throws IOException {
      while (rows.hasNext()) {
        Row row = rows.next();
        if (row.getInt(0) != shard) {
          endFile();
          shard = row.getInt(0);
          part = 0;
        }
        waiting.add(row);
        List<String> texts = row.getList(1);
        waitingTexts += texts.size();
        waitingCharacters += texts.stream().mapToLong(String::length).sum();
        if (waitingTexts >= TEXTS_AT_ONCE || waitingCharacters >= CHARACTERS_AT_ONCE) {
          tokenize();
          if (writer.bytes() >= MAX_BYTES) {
            endFile();
          }
        }
      }
      endFile();
    }

    private void tokenize() {
      if (waiting.isEmpty()) {
        return;
      }
      List<List<TokenizedText>> sequences =
          shards
              .tokenizer()
              .encode(tokenizer, waiting.stream().map(row -> row.<String>getList(1)).toList());
      if (writer == null) {
        writer = new ExampleShardWriter(layout(waiting.get(0), sequences.get(0).size()));
      }
      for (int i = 0; i < waiting.size(); i++) {
        Row row = waiting.get(i);
        writer.add(
            sequences.get(i),
            row.isNullAt(2) ? new float[0] : Columns.floats(row, 2),
            row.<Long>getList(3).stream().mapToLong(Long::longValue).toArray(),
            shards.keepsTexts() ? row.getList(1) : List.of());
      }
      waiting.clear();
      waitingTexts = 0;
      waitingCharacters = 0;
    }

    private ExampleLayout layout(Row row, int sequences) {
      int texts = shards.keepsTexts() ? row.getList(1).size() : 0;
      if (shards.tokenizer().sequences() == ExampleTokenizer.Sequences.LISTS) {
        return new ExampleLayout(1, texts, 1, true);
      }
      int labels = row.isNullAt(2) ? 0 : row.getList(2).size();
      return new ExampleLayout(sequences, texts, labels, false);
    }

    private void endFile() throws IOException {
      tokenize();
      if (writer == null) {
        return;
      }
      String name = String.format(Locale.ROOT, "examples-%05d-%03d.safetensors", shard, part++);
      java.nio.file.Path file = local.resolve(name);
      ShardManifest.Shard described = writer.write(file);
      try {
        move(file, new Path(shards.directory(), name));
      } finally {
        Files.deleteIfExists(file);
      }
      written.add(new Written(described, writer.layout()));
      writer = null;
    }

    /** Another attempt at the same task may have been faster; its file is the same. */
    private void move(java.nio.file.Path file, Path target) throws IOException {
      FileSystem files = target.getFileSystem(hadoop.value());
      Path partial = new Path(target.getParent(), "." + target.getName() + "-" + UUID.randomUUID());
      files.copyFromLocalFile(false, true, new Path(file.toUri()), partial);
      if (files.exists(target)
          && files.getFileStatus(target).getLen() != files.getFileStatus(partial).getLen()) {
        files.delete(target, false); // of another version, or cut off
      }
      if (!files.rename(partial, target)) {
        files.delete(partial, true);
        if (!files.exists(target)) {
          throw new IOException("cannot rename " + partial + " to " + target);
        }
      }
    }
  }
}
