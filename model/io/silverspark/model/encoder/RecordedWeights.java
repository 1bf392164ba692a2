package io.silverspark.model.encoder;

import ai.djl.ndarray.NDArray;
import io.silverspark.model.tokenizer.TokenizedText;
import java.util.Arrays;
import java.util.List;

/**
 * The weights of one training step, prepared once for all its passes: matrices joined and cast, and
 * only those rows of the word table that the step uses, so that the gradient of the whole table is
 * built once per step and not once per pass.
 *
 * @param embeddings the used rows of the word table, then the other embedding weights
 * @param layers joined and cast as for inference, with gradients
 * @param wordIds the word piece of each used row, rising
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record RecordedWeights(List<NDArray> embeddings, List<NDArray> layers, int[] wordIds) {

  /** The word pieces of all passes, rising, each once. Padding takes row 0, whatever it is. */
  static int[] wordIds(List<List<TokenizedText>> passes) {
    return passes.stream()
        .flatMap(List::stream)
        .flatMapToInt(text -> Arrays.stream(text.inputIds()))
        .sorted()
        .distinct()
        .toArray();
  }

  /** The texts with word pieces replaced by their rows. */
  List<TokenizedText> rows(List<TokenizedText> texts) {
    return texts.stream()
        .map(
            text ->
                new TokenizedText(
                    Arrays.stream(text.inputIds())
                        .map(id -> Arrays.binarySearch(wordIds, id))
                        .toArray(),
                    text.tokenTypeIds(),
                    text.promptTokens()))
        .toList();
  }
}
