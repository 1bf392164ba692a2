package io.silverspark.model.shards;

import io.silverspark.model.files.Safetensors;
import io.silverspark.model.files.TensorData;
import io.silverspark.model.files.TensorType;
import io.silverspark.model.tokenizer.TokenizedText;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Collects the examples of one shard and writes them as a safetensors file, so that Python reads it
 * too:
 *
 * <ul>
 *   <li>{@code lengths.C} [rows], U32: tokens of each example in column C, from 0
 *   <li>{@code input_ids.C} [tokens], U16 or U32: the ids, example after example
 *   <li>{@code token_type_ids.C} [tokens], U8, where one is not 0
 *   <li>{@code prompt_tokens.C} [rows], U32, where one is not 0: tokens that pooling leaves out
 *   <li>{@code labels} [rows, labels], F32, where there are labels
 *   <li>{@code text_hashes} [rows, texts], I64: 64-bit hashes of the texts, equal for equal texts
 *   <li>{@code text_lengths.T} [rows], U32, and {@code texts.T} [bytes], U8: the texts in UTF-8,
 *       where they are kept for a teacher
 * </ul>
 *
 * <p>Used by one thread.
 */
public final class ExampleShardWriter {
  static final String LABELS = "labels";
  static final String HASHES = "text_hashes";

  private static final int SUMMARY_LABELS = 256;
  private static final int LARGEST_U16 = 0xFFFF;

  private final Column[] columns;
  private final int labelWidth;
  private final Growing labels = new Growing();
  private final Growing hashes = new Growing();
  private final List<Text> texts = new ArrayList<>();
  private final TreeMap<Float, ShardManifest.LabelSummary> summary = new TreeMap<>();
  private Float fraction; // the first label that is no whole number; null: none yet
  private int rows;
  private int textCount;

  /** One column of tokens. */
  private static final class Column {
    private final Growing lengths = new Growing();
    private final Growing ids = new Growing();
    private final Growing types = new Growing();
    private final Growing prompts = new Growing();
    private int largest;
    private boolean typed;
    private boolean prompted;

    void add(TokenizedText text) {
      lengths.putInt(text.length());
      for (int i = 0; i < text.length(); i++) {
        ids.putInt(text.inputIds()[i]);
        types.put((byte) text.tokenTypeIds()[i]);
        largest = Math.max(largest, text.inputIds()[i]);
        typed |= text.tokenTypeIds()[i] != 0;
      }
      prompts.putInt(text.promptTokens());
      prompted |= text.promptTokens() != 0;
    }

    void tensors(int number, Map<String, TensorData> all) {
      all.put("lengths." + number, lengths.tensor(TensorType.U32));
      all.put(
          "input_ids." + number,
          largest > LARGEST_U16 ? ids.tensor(TensorType.U32) : ids.narrowed());
      if (typed) {
        all.put("token_type_ids." + number, types.tensor(TensorType.U8));
      }
      if (prompted) {
        all.put("prompt_tokens." + number, prompts.tensor(TensorType.U32));
      }
    }
  }

  /** One column of texts. */
  private static final class Text {
    private final Growing lengths = new Growing();
    private final Growing bytes = new Growing();

    void add(String text) {
      byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
      lengths.putInt(encoded.length);
      bytes.put(encoded);
    }
  }

  /** Little-endian bytes that grow. */
  private static final class Growing {
    private ByteBuffer bytes = empty(1024);

    private static ByteBuffer empty(int size) {
      return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    private ByteBuffer room(int more) {
      if (bytes.remaining() < more) {
        int wanted = Math.addExact(bytes.position(), more);
        bytes =
            empty(Math.max(wanted, (int) Math.min(1 << 30, 2L * bytes.capacity())))
                .put(bytes.flip());
      }
      return bytes;
    }

    void put(byte value) {
      room(1).put(value);
    }

    void put(byte[] values) {
      room(values.length).put(values);
    }

    void putInt(int value) {
      room(Integer.BYTES).putInt(value);
    }

    void putLong(long value) {
      room(Long.BYTES).putLong(value);
    }

    int size() {
      return bytes.position();
    }

    TensorData tensor(TensorType type, long... shape) {
      long[] own = shape.length > 0 ? shape : new long[] {size() / type.bytes()};
      return new TensorData(type, own, bytes.duplicate().flip());
    }

    /** Whole numbers of four bytes as ones of two. */
    TensorData narrowed() {
      ByteBuffer narrow = empty(size() / 2);
      for (int at = 0; at < size(); at += Integer.BYTES) {
        narrow.putShort((short) bytes.getInt(at));
      }
      return new TensorData(TensorType.U16, new long[] {narrow.position() / 2}, narrow.flip());
    }
  }

  /**
   * An empty shard.
   *
   * @param columns token columns of an example, at least 1
   * @param labelWidth labels of an example; 0: none
   */
  public ExampleShardWriter(int columns, int labelWidth) {
    this.columns = Stream.generate(Column::new).limit(columns).toArray(Column[]::new);
    this.labelWidth = labelWidth;
  }

  /**
   * Adds an example.
   *
   * @param tokens one text or pair for each column
   * @param exampleLabels as many as the label width
   * @param textHashes one for each text of the example
   * @param exampleTexts the texts to be kept; empty: none are
   */
  public void add(
      List<TokenizedText> tokens,
      float[] exampleLabels,
      long[] textHashes,
      List<String> exampleTexts) {
    if (tokens.size() != columns.length || exampleLabels.length != labelWidth) {
      throw new IllegalArgumentException(
          "an example of %d columns and %d labels, expected %d and %d"
              .formatted(tokens.size(), exampleLabels.length, columns.length, labelWidth));
    }
    for (int column = 0; column < columns.length; column++) {
      columns[column].add(tokens.get(column));
    }
    for (float label : exampleLabels) {
      labels.putInt(Float.floatToRawIntBits(label));
      summarise(label);
    }
    textCount = textHashes.length;
    Arrays.stream(textHashes).forEach(hashes::putLong);
    for (int text = 0; text < exampleTexts.size(); text++) {
      if (texts.size() == text) {
        texts.add(new Text());
      }
      texts.get(text).add(exampleTexts.get(text));
    }
    rows++;
  }

  private void summarise(float label) {
    ShardManifest.LabelSummary known = summary.get(label);
    if (known != null) {
      if (known.example() != rows) {
        summary.put(label, new ShardManifest.LabelSummary(label, known.example(), 2));
      }
      return;
    }
    boolean firstFraction = fraction == null && label != Math.rint(label);
    fraction = firstFraction ? (Float) label : fraction;
    boolean full = summary.size() >= SUMMARY_LABELS;
    boolean below = full && label < summary.firstKey();
    boolean above = full && label > summary.lastKey();
    if (full && (below || above)) {
      drop(below ? summary.firstKey() : summary.lastKey());
    }
    if (!full || firstFraction || below || above || !Float.isFinite(label)) {
      summary.put(label, new ShardManifest.LabelSummary(label, rows, 1));
    }
  }

  /** A label that is no longer the smallest or largest, unless it matters for itself. */
  private void drop(Float label) {
    if (!label.equals(fraction) && Float.isFinite(label)) {
      summary.remove(label);
    }
  }

  /** Token columns of an example. */
  public int columns() {
    return columns.length;
  }

  /** Labels of an example; 0: none. */
  public int labelWidth() {
    return labelWidth;
  }

  /** About the bytes so far, as they are in memory. */
  public long bytes() {
    long all = labels.size() + hashes.size();
    for (Column column : columns) {
      all += column.ids.size() + column.types.size() + 2L * column.lengths.size();
    }
    for (Text text : texts) {
      all += text.bytes.size() + text.lengths.size();
    }
    return all;
  }

  /**
   * Writes the shard, forced to disk, and describes it.
   *
   * @param file does not exist
   * @throws IOException if the file cannot be read back for its checksum
   */
  public ShardManifest.Shard write(Path file) throws IOException {
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    if (labelWidth > 0) {
      tensors.put(LABELS, labels.tensor(TensorType.F32, rows, labelWidth));
    }
    tensors.put(HASHES, hashes.tensor(TensorType.I64, rows, textCount));
    for (int column = 0; column < columns.length; column++) {
      columns[column].tensors(column, tensors);
    }
    for (int text = 0; text < texts.size(); text++) {
      tensors.put("text_lengths." + text, texts.get(text).lengths.tensor(TensorType.U32));
      tensors.put("texts." + text, texts.get(text).bytes.tensor(TensorType.U8));
    }
    Safetensors.write(
        file, tensors, Map.of("format", "silverspark-examples", "version", version()));
    return new ShardManifest.Shard(
        file.getFileName().toString(),
        rows,
        Files.size(file),
        ExampleShard.checksum(file),
        List.copyOf(summary.values()));
  }

  private static String version() {
    return Integer.toString(ShardManifest.VERSION);
  }
}
