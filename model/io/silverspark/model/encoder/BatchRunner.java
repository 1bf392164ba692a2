package io.silverspark.model.encoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.silverspark.model.tokenizer.TokenizedText;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/** Runs a model over many texts in batches of similar length. */
sealed interface BatchRunner extends AutoCloseable permits CpuBatches, GpuBatches {

  /**
   * What becomes of texts.
   *
   * @param <T> a text, or a pair of them
   * @param tokenize a part of the texts, in order
   * @param length of a text in characters, roughly
   * @param forward from a batch to one row per text [batch, width]; its scope owns the result
   */
  record Work<T>(
      Function<List<T>, List<TokenizedText>> tokenize,
      ToIntFunction<T> length,
      BiFunction<NDManager, TokenBatch, NDArray> forward) {}

  /**
   * Runs the model.
   *
   * @param manager whose sub-managers hold the batches
   * @param texts in any order
   * @param work what becomes of them
   * @param listener hears of each batch when its rows are there
   * @return rows [texts][width] in the order of {@code texts}
   */
  <T> float[][] rows(NDManager manager, List<T> texts, Work<T> work, BatchListener listener);

  @Override
  void close();

  /** As it is fast on the transformer's device. */
  static BatchRunner of(Transformer transformer, EncoderOptions options) {
    return transformer.device().isGpu()
        ? new GpuBatches(transformer, TokenBudget.ofGpu(transformer, options.batchTokens()))
        : new CpuBatches(
            transformer, LengthSortedBatches.ofCpu(options.batchTokens()), options.workers());
  }

  /**
   * Puts the rows of a batch where its texts are.
   *
   * @param flat [positions, width], one row after the other
   * @param positions of the texts among all
   * @param rows [texts][width], of all
   */
  static void put(float[] flat, int[] positions, float[][] rows) {
    int width = flat.length / positions.length;
    for (int row = 0; row < positions.length; row++) {
      rows[positions[row]] = Arrays.copyOfRange(flat, row * width, (row + 1) * width);
    }
  }

  /** Tells a listener of a batch. */
  static void tell(BatchListener listener, List<TokenizedText> batch, long nanos) {
    long tokens = 0;
    int longest = 0;
    for (TokenizedText text : batch) {
      tokens += text.length();
      longest = Math.max(longest, text.length());
    }
    listener.ran(batch.size(), tokens, (long) longest * batch.size(), nanos);
  }
}
