package io.silverspark.model.shards;

import io.silverspark.model.error.UserException;
import io.silverspark.model.files.Safetensors;
import io.silverspark.model.files.TensorData;
import io.silverspark.model.files.TensorType;
import io.silverspark.model.tokenizer.TokenizedText;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;

/**
 * The examples of one shard in memory: the file as it is, about 70 bytes for a pair of short texts.
 * The layout is that of {@link ExampleShardWriter}. Safe to share between threads.
 */
public final class ExampleShard {
  private static final int BUFFER_BYTES = 1 << 16;

  private final Map<String, TensorData> tensors;
  private final int[][] starts; // of each sequence's tokens by column, and their end
  private final int[] documents; // of each query's sequences, and their end; null: no lists
  private final int[][] textStarts;

  private ExampleShard(Map<String, TensorData> tensors, ExampleLayout layout) {
    this.tensors = tensors;
    this.starts = starts("lengths.", layout.columns());
    this.documents = layout.lists() ? starts(tensors.get(ExampleShardWriter.DOCUMENTS)) : null;
    this.textStarts = starts("text_lengths.", layout.texts());
  }

  private int[][] starts(String name, int count) {
    return IntStream.range(0, count)
        .mapToObj(number -> starts(tensors.get(name + number)))
        .toArray(int[][]::new);
  }

  private static int[] starts(TensorData lengths) {
    IntBuffer values = lengths.data().asIntBuffer();
    int[] starts = new int[values.remaining() + 1];
    for (int i = 0; i + 1 < starts.length; i++) {
      starts[i + 1] = starts[i] + values.get(i);
    }
    return starts;
  }

  /**
   * Reads a shard.
   *
   * @param file on this machine
   * @param shard what the manifest says of it
   * @param layout what the manifest says of its examples
   * @throws UserException if the file is not the one that was written
   */
  public static ExampleShard read(Path file, ShardManifest.Shard shard, ExampleLayout layout) {
    requireWritten(file, shard);
    return new ExampleShard(Safetensors.read(file), layout);
  }

  private static void requireWritten(Path file, ShardManifest.Shard shard) {
    try {
      long bytes = Files.size(file);
      String found = bytes == shard.bytes() ? checksum(file) : "";
      if (!found.equals(shard.crc32c())) {
        throw new UserException(
            "%s has %d bytes%s, expected %d with the checksum %s; delete its directory and run again"
                .formatted(
                    file,
                    bytes,
                    found.isEmpty() ? "" : " with the checksum " + found,
                    shard.bytes(),
                    shard.crc32c()));
      }
    } catch (NoSuchFileException e) {
      throw new UserException(file + " is missing; delete its directory and run again", e);
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be read", e);
    }
  }

  /** CRC-32C of a file, in hexadecimal. */
  static String checksum(Path file) throws IOException {
    CRC32C checksum = new CRC32C();
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream in = new CheckedInputStream(Files.newInputStream(file), checksum)) {
      while (in.read(buffer) >= 0) {
        continue;
      }
    }
    return "%08x".formatted(checksum.getValue());
  }

  /**
   * The hashes of the texts of a shard, without its tokens.
   *
   * @return [examples][texts of an example]
   */
  public static long[][] textHashes(Path file) {
    TensorData hashes =
        Safetensors.read(file, ExampleShardWriter.HASHES::equals).get(ExampleShardWriter.HASHES);
    long[][] values = new long[(int) hashes.shape()[0]][(int) hashes.shape()[1]];
    var all = hashes.data().asLongBuffer();
    for (long[] example : values) {
      all.get(example);
    }
    return values;
  }

  /**
   * The labels of a shard, without its tokens.
   *
   * @return example after example
   */
  public static float[] labels(Path file) {
    return Safetensors.read(file, ExampleShardWriter.LABELS::equals)
        .get(ExampleShardWriter.LABELS)
        .floats();
  }

  /** Sequences of an example in each column: 1, or as many as a query has documents. */
  public int rows(int example) {
    return documents == null ? 1 : documents[example + 1] - documents[example];
  }

  private int first(int example) {
    return documents == null ? example : documents[example];
  }

  /**
   * The sequences of an example.
   *
   * @param column from 0
   * @param example within the shard
   * @return one, or of a list one for each document
   */
  public List<TokenizedText> sequences(int column, int example) {
    int first = first(example);
    return IntStream.range(first, first + rows(example))
        .mapToObj(sequence -> tokens(column, sequence))
        .toList();
  }

  private TokenizedText tokens(int column, int sequence) {
    int start = starts[column][sequence];
    int[] ids = new int[starts[column][sequence + 1] - start];
    TensorData stored = tensors.get("input_ids." + column);
    ByteBuffer bytes = stored.data();
    for (int i = 0; i < ids.length; i++) {
      ids[i] =
          stored.type() == TensorType.U16
              ? Short.toUnsignedInt(bytes.getShort((start + i) * Short.BYTES))
              : bytes.getInt((start + i) * Integer.BYTES);
    }
    int[] types = new int[ids.length];
    TensorData typed = tensors.get("token_type_ids." + column);
    if (typed != null) {
      ByteBuffer all = typed.data();
      for (int i = 0; i < types.length; i++) {
        types[i] = all.get(start + i);
      }
    }
    TensorData prompts = tensors.get("prompt_tokens." + column);
    return new TokenizedText(
        ids, types, prompts == null ? 0 : prompts.data().getInt(sequence * Integer.BYTES));
  }

  /** Number of tokens of an example over all columns. */
  public int length(int example) {
    int all = 0;
    int first = first(example);
    for (int[] column : starts) {
      all += column[first + rows(example)] - column[first];
    }
    return all;
  }

  /**
   * The labels of an example.
   *
   * @param width labels of an example, or of a document
   * @return so many numbers, of a list for each document
   */
  public float[] labels(int example, int width) {
    float[] labels = new float[rows(example) * width];
    tensors
        .get(ExampleShardWriter.LABELS)
        .data()
        .asFloatBuffer()
        .get(first(example) * width, labels);
    return labels;
  }

  /**
   * A text of an example.
   *
   * @throws IllegalStateException if the texts were not kept
   */
  public String text(int column, int example) {
    if (textStarts.length == 0) {
      throw new IllegalStateException("the texts of these shards were not kept");
    }
    int start = textStarts[column][example];
    byte[] bytes = new byte[textStarts[column][example + 1] - start];
    tensors.get("texts." + column).data().get(start, bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
