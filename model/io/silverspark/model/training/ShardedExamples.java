package io.silverspark.model.training;

import io.silverspark.model.loss.LabelsOfSet;
import io.silverspark.model.sampling.WindowedSampler.Window;
import io.silverspark.model.shards.ExampleLayout;
import io.silverspark.model.shards.ExampleShard;
import io.silverspark.model.shards.ShardFiles;
import io.silverspark.model.shards.ShardManifest;
import io.silverspark.model.tokenizer.TokenizedText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Examples in shards on disk, of which the last one that a batch was taken from is in memory. A
 * window is a shard.
 */
final class ShardedExamples implements Examples {
  private static final long serialVersionUID = 1;

  private final ShardManifest manifest;
  private final ShardFiles files;
  private final int[] starts; // of each shard's examples, and their end
  private transient ExampleShard current;
  private transient int currentShard;

  ShardedExamples(ShardManifest manifest, ShardFiles files) {
    this.manifest = manifest;
    this.files = files;
    this.starts = new int[manifest.shards().size() + 1];
    for (int i = 0; i + 1 < starts.length; i++) {
      starts[i + 1] = Math.addExact(starts[i], manifest.shards().get(i).rows());
    }
  }

  @Override
  public int size() {
    return starts[starts.length - 1];
  }

  @Override
  public int columnCount() {
    return layout().columns();
  }

  @Override
  public int textCount() {
    return layout().texts();
  }

  private ExampleLayout layout() {
    return manifest.layout();
  }

  @Override
  public List<Window> windows() {
    return IntStream.range(0, starts.length - 1)
        .mapToObj(i -> new Window(starts[i], starts[i + 1] - starts[i]))
        .toList();
  }

  private int shardOf(int example) {
    int shard = 0;
    while (starts[shard + 1] <= example) {
      shard++;
    }
    return shard;
  }

  private synchronized ExampleShard shard(int number) {
    if (current == null || currentShard != number) {
      current = null; // two at once would take twice the memory
      current = ExampleShard.read(file(number), manifest.shards().get(number), layout());
      currentShard = number;
    }
    return current;
  }

  private Path file(int number) {
    String name = manifest.shards().get(number).file();
    try {
      return files.file(name);
    } catch (IOException e) {
      throw new UncheckedIOException("the training examples " + name + " cannot be fetched", e);
    }
  }

  private Path file(Window window) {
    return file(shardOf(window.start()));
  }

  @Override
  public List<List<TokenizedText>> batch(int[] examples) {
    List<List<TokenizedText>> batch = new ArrayList<>(columnCount());
    for (int column = 0; column < columnCount(); column++) {
      List<TokenizedText> sequences = new ArrayList<>(examples.length);
      for (int example : examples) {
        int shard = shardOf(example);
        sequences.addAll(shard(shard).sequences(column, example - starts[shard]));
      }
      batch.add(sequences);
    }
    return batch;
  }

  @Override
  public int rows(int example) {
    if (!layout().lists()) {
      return 1; // without a look at the shard
    }
    int shard = shardOf(example);
    return shard(shard).rows(example - starts[shard]);
  }

  @Override
  public int tokens(int example) {
    int shard = shardOf(example);
    return shard(shard).length(example - starts[shard]);
  }

  @Override
  public List<List<String>> texts(int[] examples) {
    List<List<String>> columns = new ArrayList<>();
    for (int column = 0; column < textCount(); column++) {
      List<String> texts = new ArrayList<>(examples.length);
      for (int example : examples) {
        int shard = shardOf(example);
        texts.add(shard(shard).text(column, example - starts[shard]));
      }
      columns.add(texts);
    }
    return columns;
  }

  /** Numbered as texts in memory are: column after column. */
  @Override
  public int[][] textIds(Window window) {
    long[][] hashes = ExampleShard.textHashes(file(window));
    Map<Long, Integer> known = new HashMap<>();
    int[][] ids = new int[hashes.length][hashes[0].length];
    for (int text = 0; text < hashes[0].length; text++) {
      for (int row = 0; row < ids.length; row++) {
        int next = known.size();
        ids[row][text] = known.computeIfAbsent(hashes[row][text], hash -> next);
      }
    }
    return ids;
  }

  @Override
  public int labelWidth() {
    return layout().labels();
  }

  @Override
  public float[] labels(int[] examples) {
    int width = labelWidth();
    if (width == 0) {
      return null;
    }
    if (layout().lists()) {
      return ListLabels.of(examples, this::labelsOf);
    }
    float[] labels = new float[examples.length * width];
    for (int i = 0; i < examples.length; i++) {
      System.arraycopy(labelsOf(examples[i]), 0, labels, i * width, width);
    }
    return labels;
  }

  private float[] labelsOf(int example) {
    int shard = shardOf(example);
    return shard(shard).labels(example - starts[shard], labelWidth());
  }

  @Override
  public float[] labels(Window window) {
    return ExampleShard.labels(file(window));
  }

  @Override
  public LabelsOfSet labelSummary() {
    if (labelWidth() == 0) {
      return LabelsOfSet.NONE;
    }
    List<Float> values = new ArrayList<>();
    List<Integer> examples = new ArrayList<>();
    for (int shard = 0; shard < manifest.shards().size(); shard++) {
      for (ShardManifest.LabelSummary label : manifest.shards().get(shard).labels()) {
        for (int i = 0; i < label.often(); i++) {
          values.add(label.label());
          examples.add(starts[shard] + label.example());
        }
      }
    }
    float[] labels = new float[values.size()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = values.get(i);
    }
    if (layout().lists()) {
      return ofLists(labels, examples);
    }
    return LabelsOfSet.ofSome(labels, labelWidth(), ints(examples), size());
  }

  /** Labels that stand query by query. */
  private static LabelsOfSet ofLists(float[] labels, List<Integer> queries) {
    Map<Integer, Integer> sizes = new LinkedHashMap<>();
    queries.forEach(query -> sizes.merge(query, 1, Integer::sum));
    return LabelsOfSet.ofLists(labels, ints(sizes.values()), ints(sizes.keySet()));
  }

  private static int[] ints(Collection<Integer> values) {
    return values.stream().mapToInt(Integer::intValue).toArray();
  }

  @Override
  public String fingerprint(int teacherWidth, GeneratedColumns generated) {
    return manifest.fingerprint()
        + (teacherWidth > 0 ? " teacher=" + teacherWidth : "")
        + (generated == null ? "" : " generated=%08x".formatted(generated.hash(0)));
  }
}
