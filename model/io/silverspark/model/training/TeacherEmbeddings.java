package io.silverspark.model.training;

import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.encoder.TorchEngine;
import java.util.ArrayList;
import java.util.List;

/**
 * Labels that another model gives: the embeddings of an example's texts, column after column,
 * computed when a batch is used.
 *
 * @param teacher frozen; stays owned by the caller
 * @param texts by column, then by example
 */
record TeacherEmbeddings(SentenceEncoder teacher, List<List<String>> texts) {

  int width() {
    return texts.size() * teacher.dimension();
  }

  /** [batch, columns * dimension], row by row. */
  float[] of(int[] examples) {
    List<String> batch = new ArrayList<>(examples.length * texts.size());
    for (int example : examples) {
      texts.forEach(column -> batch.add(column.get(example)));
    }
    float[] labels = new float[batch.size() * teacher.dimension()];
    int threads = TorchEngine.nativeThreads();
    try {
      float[][] embeddings = teacher.encode(batch);
      for (int i = 0; i < embeddings.length; i++) {
        System.arraycopy(embeddings[i], 0, labels, i * teacher.dimension(), embeddings[i].length);
      }
    } finally {
      TorchEngine.useNativeThreads(threads); // encoding sets it to 1 on this thread
    }
    return labels;
  }
}
