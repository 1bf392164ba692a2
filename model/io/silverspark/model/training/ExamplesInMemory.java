package io.silverspark.model.training;

import io.silverspark.model.loss.LabelsOfSet;
import io.silverspark.model.sampling.WindowedSampler.Window;
import io.silverspark.model.tokenizer.TokenizedText;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Examples that are held in memory.
 *
 * @param columns of tokens
 * @param texts by column, then by example
 * @param labels one example after the other; null: none
 * @param labelWidth labels of an example
 * @param listStarts of each query's labels, and their end; null: no lists
 */
@SuppressWarnings({"serial", "ArrayRecordComponent"}) // lists of the JDK; never compared
record ExamplesInMemory(
    TextColumns columns, List<List<String>> texts, float[] labels, int labelWidth, int[] listStarts)
    implements Examples {

  @Override
  public int size() {
    return texts.get(0).size();
  }

  @Override
  public int columnCount() {
    return columns.count();
  }

  @Override
  public int textCount() {
    return texts.size();
  }

  @Override
  public List<Window> windows() {
    return List.of(new Window(0, size()));
  }

  @Override
  public List<List<TokenizedText>> batch(int[] examples) {
    return columns.batch(examples);
  }

  @Override
  public int rows(int example) {
    return columns.rows(example);
  }

  @Override
  public int tokens(int example) {
    return columns.tokens(example);
  }

  @Override
  public List<List<String>> texts(int[] examples) {
    return texts.stream()
        .map(column -> Arrays.stream(examples).mapToObj(column::get).toList())
        .toList();
  }

  @Override
  public int[][] textIds(Window all) {
    Map<String, Integer> known = new HashMap<>();
    int[][] ids = new int[size()][texts.size()];
    for (int column = 0; column < texts.size(); column++) {
      for (int row = 0; row < ids.length; row++) {
        int next = known.size();
        ids[row][column] = known.computeIfAbsent(texts.get(column).get(row), text -> next);
      }
    }
    return ids;
  }

  @Override
  public int labelWidth() {
    return labels == null ? 0 : labelWidth;
  }

  @Override
  public float[] labels(int[] examples) {
    if (listStarts != null) {
      return listLabels(examples);
    }
    if (labels == null) {
      return null;
    }
    float[] batch = new float[examples.length * labelWidth];
    for (int i = 0; i < examples.length; i++) {
      System.arraycopy(labels, examples[i] * labelWidth, batch, i * labelWidth, labelWidth);
    }
    return batch;
  }

  private float[] listLabels(int[] examples) {
    return ListLabels.of(
        examples, query -> Arrays.copyOfRange(labels, listStarts[query], listStarts[query + 1]));
  }

  @Override
  public float[] labels(Window all) {
    return labels;
  }

  @Override
  public LabelsOfSet labelSummary() {
    if (listStarts != null) {
      return LabelsOfSet.ofLists(
          labels, IntStream.range(0, size()).map(columns::rows).toArray(), null);
    }
    return labels == null ? LabelsOfSet.NONE : LabelsOfSet.of(labels, labelWidth);
  }

  @Override
  public String fingerprint(int teacherWidth, GeneratedColumns generated) {
    boolean taught = teacherWidth > 0;
    int content = columns.fingerprint();
    int own = generated == null ? content : generated.hash(content);
    return "examples=%d columns=%d labels=%d hash=%08x"
        .formatted(
            size(),
            generated == null ? columnCount() : generated.count(this),
            taught ? teacherWidth : labelWidth(),
            31 * (taught ? 0 : Arrays.hashCode(labels)) + own);
  }
}
