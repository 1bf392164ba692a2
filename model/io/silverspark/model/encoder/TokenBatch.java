package io.silverspark.model.encoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.silverspark.model.tokenizer.TokenizedText;
import java.util.List;

/**
 * Tokenized texts of one batch, padded on the right to the longest of them.
 *
 * @param ids word pieces [batch, tokens], 0 where padded
 * @param typeIds 0 for the first text, 1 for the second of a pair [batch, tokens]
 * @param lengths number of tokens that are not padding [batch]
 * @param starts the first token that takes part in pooling [batch]; 0 but for a prompt that the
 *     model leaves out
 */
public record TokenBatch(NDArray ids, NDArray typeIds, NDArray lengths, NDArray starts) {

  /** Tensor cores like lengths that are multiples of it, and fewer shapes occur. */
  private static final int GPU_MULTIPLE = 8;

  /**
   * Pads texts to one batch; on a GPU to a multiple of 8 tokens.
   *
   * @param scope owns the arrays
   * @param texts at least one
   * @param most tokens that the model has positions for
   * @return the batch, int64 on the scope's device
   */
  static TokenBatch of(NDManager scope, List<TokenizedText> texts, int most) {
    int longest = Math.max(1, texts.stream().mapToInt(TokenizedText::length).max().orElseThrow());
    int multiple = scope.getDevice().isGpu() ? GPU_MULTIPLE : 1;
    int tokens = Math.max(longest, Math.min(most, (longest + multiple - 1) / multiple * multiple));
    long[] ids = new long[texts.size() * tokens];
    long[] typeIds = new long[ids.length];
    long[] lengths = new long[texts.size()];
    long[] starts = new long[texts.size()];
    for (int row = 0; row < lengths.length; row++) {
      TokenizedText text = texts.get(row);
      lengths[row] = text.length();
      starts[row] = text.promptTokens();
      for (int i = 0; i < text.length(); i++) {
        ids[row * tokens + i] = text.inputIds()[i];
        typeIds[row * tokens + i] = text.tokenTypeIds()[i];
      }
    }
    BatchShapes.made(lengths.length, tokens);
    Shape shape = new Shape(lengths.length, tokens);
    return new TokenBatch(
        HostArrays.of(scope, ids, shape),
        HostArrays.of(scope, typeIds, shape),
        HostArrays.of(scope, lengths, new Shape(lengths.length)),
        HostArrays.of(scope, starts, new Shape(starts.length)));
  }
}
