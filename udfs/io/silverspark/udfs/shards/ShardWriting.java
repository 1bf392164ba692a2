package io.silverspark.udfs.shards;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.silverspark.model.shards.ExampleShardWriter;
import io.silverspark.model.shards.ShardManifest;
import io.silverspark.model.tokenizer.ColumnTokenizer;
import io.silverspark.model.tokenizer.TextTokenizer;
import io.silverspark.model.tokenizer.TokenizedText;
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
  private static final int TOKENIZED_AT_ONCE = 1024;
  private static final long MAX_BYTES = 64L << 20;

  private final Broadcast<JavaSerialized<TokenizedShards>> settings;
  private final SerializableConfiguration hadoop;

  /**
   * A file that was written.
   *
   * @param columns token columns of an example
   * @param labelWidth labels of an example; 0: none
   */
  @DefaultSerializer(JavaSerializer.class)
  record Written(ShardManifest.Shard shard, int columns, int labelWidth) implements Serializable {}

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
      Partition partition =
          new Partition(shards, shards.tokenizer().over(tokenizer), local, new ArrayList<>());
      partition.writeAll(rows);
      return partition.written.iterator();
    } finally {
      Files.deleteIfExists(local);
    }
  }

  /** One partition while it is written. */
  private final class Partition {
    private final TokenizedShards shards;
    private final ColumnTokenizer tokenizer;
    private final java.nio.file.Path local;
    private final List<Written> written;
    private final List<Row> waiting = new ArrayList<>();
    private ExampleShardWriter writer;
    private int shard = -1;
    private int part;

    Partition(
        TokenizedShards shards,
        ColumnTokenizer tokenizer,
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
        if (waiting.size() == TOKENIZED_AT_ONCE) {
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
      int columns = waiting.get(0).getList(1).size();
      boolean labelled = !waiting.get(0).isNullAt(2);
      List<List<TokenizedText>> tokens = new ArrayList<>();
      for (int column = 0; column < columns; column++) {
        int own = column;
        tokens.add(
            tokenizer.encodeColumn(
                column, waiting.stream().map(row -> row.<String>getList(1).get(own)).toList()));
      }
      if (writer == null) {
        writer = new ExampleShardWriter(columns, labelled ? waiting.get(0).getList(2).size() : 0);
      }
      for (int i = 0; i < waiting.size(); i++) {
        Row row = waiting.get(i);
        int example = i;
        writer.add(
            tokens.stream().map(column -> column.get(example)).toList(),
            labelled ? floats(row.getList(2)) : new float[0],
            row.<Long>getList(3).stream().mapToLong(Long::longValue).toArray(),
            shards.keepsTexts() ? row.getList(1) : List.of());
      }
      waiting.clear();
    }

    private float[] floats(List<Float> values) {
      float[] floats = new float[values.size()];
      for (int i = 0; i < floats.length; i++) {
        floats[i] = values.get(i);
      }
      return floats;
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
      written.add(new Written(described, writer.columns(), writer.labelWidth()));
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
