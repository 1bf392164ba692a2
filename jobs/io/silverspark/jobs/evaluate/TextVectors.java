package io.silverspark.jobs.evaluate;

import io.silverspark.jobs.evaluate.EvaluatedText.Role;
import io.silverspark.model.evaluation.Similarity;
import io.silverspark.model.prompt.Prompt;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Embeddings of one model by text and prompt. */
final class TextVectors {
  private final Function<Role, Prompt> prompts;
  private final Similarity similarity;
  private final Map<Prompt, Map<String, float[]>> byPrompt = new HashMap<>();

  /**
   * Without vectors yet.
   *
   * @param prompts the prompt of each role
   * @param similarity how the model's vectors are compared
   */
  TextVectors(Function<Role, Prompt> prompts, Similarity similarity) {
    this.prompts = prompts;
    this.similarity = similarity;
  }

  /** Vectors of a model without prompts; see {@link #put}. */
  TextVectors(List<String> texts, float[][] vectors, Similarity similarity) {
    this(role -> Prompt.NONE, similarity);
    put(Prompt.NONE, texts, vectors);
  }

  /**
   * Puts texts and vectors together.
   *
   * @param prompt in front of all of them
   * @param texts distinct
   * @param vectors [texts][width]
   */
  void put(Prompt prompt, List<String> texts, float[][] vectors) {
    Map<String, float[]> byText = new HashMap<>(2 * vectors.length);
    for (int i = 0; i < vectors.length; i++) {
      byText.put(texts.get(i), vectors[i]);
    }
    byPrompt.put(prompt, byText);
  }

  /** The model's own way to compare vectors. */
  Similarity similarity() {
    return similarity;
  }

  /** Components of a vector; 0 if there are none. */
  int width() {
    return byPrompt.values().stream()
        .flatMap(vectors -> vectors.values().stream())
        .findFirst()
        .map(vector -> vector.length)
        .orElse(0);
  }

  /**
   * Vectors of some texts, [texts][width]; null for a text that was not encoded.
   *
   * @param role of all of them
   */
  float[][] of(Role role, List<String> texts) {
    Map<String, float[]> byText = byPrompt.getOrDefault(prompts.apply(role), Map.of());
    return texts.stream().map(byText::get).toArray(float[][]::new);
  }
}
