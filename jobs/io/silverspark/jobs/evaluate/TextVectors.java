package io.silverspark.jobs.evaluate;

import io.silverspark.model.evaluation.Similarity;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Embeddings of one model by text. */
final class TextVectors {
  private final Map<String, float[]> byText;
  private final Similarity similarity;

  /**
   * Puts texts and vectors together.
   *
   * @param texts distinct
   * @param vectors [texts][width]
   * @param similarity how the model's vectors are compared
   */
  TextVectors(List<String> texts, float[][] vectors, Similarity similarity) {
    this.similarity = similarity;
    byText = new HashMap<>(2 * vectors.length);
    for (int i = 0; i < vectors.length; i++) {
      byText.put(texts.get(i), vectors[i]);
    }
  }

  /** The model's own way to compare vectors. */
  Similarity similarity() {
    return similarity;
  }

  /** Vectors of some texts, [texts][width]; null for a text that was not encoded. */
  float[][] of(List<String> texts) {
    return texts.stream().map(byText::get).toArray(float[][]::new);
  }
}
