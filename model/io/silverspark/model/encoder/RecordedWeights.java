package io.silverspark.model.encoder;

import ai.djl.ndarray.NDArray;
import io.silverspark.model.tokenizer.TokenizedText;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * The weights of one training step, prepared once for all its passes: matrices joined and cast, and
 * only those rows of the word table that the step uses, so that the gradient of the whole table is
 * built once per step and not once per pass.
 *
 * @param embeddings the used rows of the word table, then the other embedding weights
 * @param layers joined and cast as for inference, with gradients
 * @param wordIds the word piece of each used row, rising after the first {@code fixed} ones
 * @param fixed 1 if row 0 is the padding token, which does not count as a position, else 0
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record RecordedWeights(List<NDArray> embeddings, List<NDArray> layers, int[] wordIds, int fixed) {

  /**
   * The word pieces of all passes, rising, each once, after the padding token where positions are
   * counted from it. Padding takes row 0, whatever it is.
   */
  static int[] wordIds(List<List<TokenizedText>> passes, OptionalInt padding) {
    IntStream rising =
        passes.stream()
            .flatMap(List::stream)
            .flatMapToInt(text -> Arrays.stream(text.inputIds()))
            .filter(id -> padding.isEmpty() || id != padding.getAsInt())
            .sorted()
            .distinct();
    int[] ids = IntStream.concat(padding.stream(), rising).toArray();
    return ids.length == 0 ? new int[1] : ids; // texts without tokens are padded to one
  }

  private int row(int id) {
    return fixed == 1 && id == wordIds[0]
        ? 0
        : Arrays.binarySearch(wordIds, fixed, wordIds.length, id);
  }

  /** The texts with word pieces replaced by their rows. */
  List<TokenizedText> rows(List<TokenizedText> texts) {
    return texts.stream()
        .map(
            text ->
                new TokenizedText(
                    Arrays.stream(text.inputIds()).map(this::row).toArray(),
                    text.tokenTypeIds(),
                    text.promptTokens()))
        .toList();
  }
}
