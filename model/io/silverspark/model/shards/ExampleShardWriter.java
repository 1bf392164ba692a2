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
 *   <li>{@code documents} [rows], U32, of lists: documents of each query. Column 0 and the labels
 *       have a row for each document then
 *   <li>{@code text_hashes} [rows, texts], I64: 64-bit hashes of the texts, equal for equal texts;
 *       of lists those of the queries
 *   <li>{@code text_lengths.T} [rows], U32, and {@code texts.T} [bytes], U8: the texts in UTF-8,
 *       where they are kept: for a teacher, or for what is made of them in each epoch
 * </ul>
 *
 * <p>Used by one thread.
 */
public final class ExampleShardWriter {
  static final String LABELS = "labels";
  static final String HASHES = "text_hashes";
  static final String DOCUMENTS = "documents";

  private static final int LARGEST_U16 = 0xFFFF;

  private final ExampleLayout layout;
  private final Column[] columns;
  private final Growing documents = new Growing();
  private final Growing labels = new Growing();
  private final Growing hashes = new Growing();
  private final List<Text> texts = new ArrayList<>();
  private final LabelSummaries summaries = new LabelSummaries();
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

  /** An empty shard of such examples. */
  public ExampleShardWriter(ExampleLayout layout) {
    this.layout = layout;
    this.columns = Stream.generate(Column::new).limit(layout.columns()).toArray(Column[]::new);
  }

  /**
   * Adds an example.
   *
   * @param sequences one for each column; of a list, one for each document
   * @param exampleLabels as many as the layout says; of a list, one for each document
   * @param textHashes one for each text of the example; of a list, that of the query comes first
   * @param exampleTexts as many as the layout says
   */
  public void add(
      List<TokenizedText> sequences,
      float[] exampleLabels,
      long[] textHashes,
      List<String> exampleTexts) {
    requireFitting(sequences.size(), exampleLabels.length, exampleTexts.size());
    for (int i = 0; i < sequences.size(); i++) {
      columns[layout.lists() ? 0 : i].add(sequences.get(i));
    }
    if (layout.lists()) {
      documents.putInt(sequences.size());
      summaries.addList(rows, exampleLabels);
    }
    for (float label : exampleLabels) {
      labels.putInt(Float.floatToRawIntBits(label));
      if (!layout.lists()) {
        summaries.add(rows, label);
      }
    }
    textCount = layout.lists() ? 1 : textHashes.length;
    Arrays.stream(textHashes, 0, textCount).forEach(hashes::putLong);
    for (int text = 0; text < exampleTexts.size(); text++) {
      if (texts.size() == text) {
        texts.add(new Text());
      }
      texts.get(text).add(exampleTexts.get(text));
    }
    rows++;
  }

  private void requireFitting(int sequences, int exampleLabels, int exampleTexts) {
    boolean fits =
        layout.lists()
            ? sequences > 0 && exampleLabels == sequences
            : sequences == layout.columns() && exampleLabels == layout.labels();
    if (!fits || exampleTexts != layout.texts()) {
      throw new IllegalArgumentException(
          "an example of %d sequences, %d labels and %d texts does not fit %s"
              .formatted(sequences, exampleLabels, exampleTexts, layout));
    }
  }

  /** What its examples consist of. */
  public ExampleLayout layout() {
    return layout;
  }

  /** About the bytes so far, as they are in memory. */
  public long bytes() {
    long all = labels.size() + hashes.size() + documents.size();
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
    if (layout.labels() > 0) {
      int width = layout.labels();
      long labelled = labels.size() / (Float.BYTES * width); // examples, or their documents
      tensors.put(LABELS, labels.tensor(TensorType.F32, labelled, width));
    }
    if (layout.lists()) {
      tensors.put(DOCUMENTS, documents.tensor(TensorType.U32));
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
        summaries.collected());
  }

  private static String version() {
    return Integer.toString(ShardManifest.VERSION);
  }
}
