package io.silverspark.model.encoder;

import io.silverspark.model.tokenizer.TokenizedText;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * Cuts texts into batches of similar length, longest first, so that little is padded and the first
 * batch shows whether memory suffices.
 *
 * @param tokenBudget padded tokens of one batch, at most, unless a single text is longer
 * @param maxTexts texts of one batch, at most
 */
public record LengthSortedBatches(int tokenBudget, int maxTexts) {
  private static final int TOKENS_ON_CPU = 1024;
  private static final int SHORT_TEXT = 8;

  /** As many texts as the budget holds of short ones, with 8 tokens. */
  static LengthSortedBatches of(int tokenBudget) {
    return new LengthSortedBatches(tokenBudget, Math.max(1, tokenBudget / SHORT_TEXT));
  }

  /**
   * What fits the caches of a CPU.
   *
   * @param wanted tokens; 0: 1,024
   */
  static LengthSortedBatches ofCpu(int wanted) {
    return of(wanted == 0 ? TOKENS_ON_CPU : wanted);
  }

  /**
   * Plans the batches.
   *
   * @param texts in any order
   * @return positions in {@code texts}, one array a batch; together each position once
   */
  List<int[]> plan(List<TokenizedText> texts) {
    int[] order = longestFirst(texts.size(), i -> texts.get(i).length());
    List<int[]> batches = new ArrayList<>();
    int from = 0;
    while (from < order.length) {
      int longest = Math.max(1, texts.get(order[from]).length());
      int size = Math.max(1, Math.min(maxTexts, tokenBudget / longest));
      int to = Math.min(order.length, from + size);
      batches.add(IntStream.range(from, to).map(i -> order[i]).toArray());
      from = to;
    }
    return batches;
  }

  /**
   * Sorts texts, the longest first, those of one length in their order.
   *
   * @param texts how many there are
   * @param length of the text at a position
   * @return positions of all texts
   */
  public static int[] longestFirst(int texts, IntUnaryOperator length) {
    return IntStream.range(0, texts)
        .boxed()
        .sorted(Comparator.comparingInt((Integer i) -> length.applyAsInt(i)).reversed())
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
