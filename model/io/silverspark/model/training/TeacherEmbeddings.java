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
 * @param texts by column, then by example
 * @param prompts by column; the last one holds for all further columns
 */
record TeacherEmbeddings(SentenceEncoder teacher, List<List<String>> texts, List<Prompt> prompts) {

  int width() {
    return texts.size() * teacher.trainedDimension();
  }

  /** [batch, columns * dimension], row by row. */
  float[] of(int[] examples) {
    float[] labels = new float[examples.length * width()];
    int threads = TorchEngine.nativeThreads();
    try {
      columnsByPrompt().forEach((prompt, columns) -> encode(examples, columns, prompt, labels));
    } finally {
      TorchEngine.useNativeThreads(threads); // encoding sets it to 1 on this thread
    }
    return labels;
  }

  private Map<Prompt, List<Integer>> columnsByPrompt() {
    Map<Prompt, List<Integer>> columns = new LinkedHashMap<>();
    for (int column = 0; column < texts.size(); column++) {
      Prompt prompt = prompts.get(Math.min(column, prompts.size() - 1));
      columns.computeIfAbsent(prompt, unused -> new ArrayList<>()).add(column);
    }
    return columns;
  }

  /** Columns with one prompt share their batches. */
  private void encode(int[] examples, List<Integer> columns, Prompt prompt, float[] labels) {
    List<String> batch = new ArrayList<>(examples.length * columns.size());
    for (int example : examples) {
      columns.forEach(column -> batch.add(texts.get(column).get(example)));
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
