package io.silverspark.model.training;

import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.encoder.TorchEngine;
import io.silverspark.model.prompt.Prompt;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Labels that another model gives: the embeddings of an example's texts, column after column,
 * computed when a batch is used.
 *
 * @param teacher frozen; stays owned by the caller
 * @param examples with their texts
 * @param prompts by column; the last one holds for all further columns
 */
record TeacherEmbeddings(SentenceEncoder teacher, Examples examples, List<Prompt> prompts) {

  int width() {
    return examples.columnCount() * teacher.trainedDimension();
  }

  /** [batch, columns * dimension], row by row. */
  float[] of(int[] batch) {
    float[] labels = new float[batch.length * width()];
    List<List<String>> texts = examples.texts(batch);
    int threads = TorchEngine.nativeThreads();
    try {
      columnsByPrompt().forEach((prompt, columns) -> encode(texts, columns, prompt, labels));
    } finally {
      TorchEngine.useNativeThreads(threads); // encoding sets it to 1 on this thread
    }
    return labels;
  }

  private Map<Prompt, List<Integer>> columnsByPrompt() {
    Map<Prompt, List<Integer>> columns = new LinkedHashMap<>();
    for (int column = 0; column < examples.columnCount(); column++) {
      Prompt prompt = prompts.get(Math.min(column, prompts.size() - 1));
      columns.computeIfAbsent(prompt, unused -> new ArrayList<>()).add(column);
    }
    return columns;
  }

  /** Columns with one prompt share their batches. */
  private void encode(
      List<List<String>> texts, List<Integer> columns, Prompt prompt, float[] labels) {
    int rows = texts.get(0).size();
    List<String> batch = new ArrayList<>(rows * columns.size());
    for (int row = 0; row < rows; row++) {
      for (int column : columns) {
        batch.add(texts.get(column).get(row));
      }
    }
    float[][] embeddings = teacher.encodeWhole(batch, prompt);
    for (int i = 0; i < embeddings.length; i++) {
      int row = i / columns.size();
      int column = columns.get(i % columns.size());
      int at = row * width() + column * teacher.trainedDimension();
      System.arraycopy(embeddings[i], 0, labels, at, embeddings[i].length);
    }
  }
}
