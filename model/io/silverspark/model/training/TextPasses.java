package io.silverspark.model.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.silverspark.model.tokenizer.TokenizedText;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The texts of a batch in passes of a bounded number of texts and of padded tokens, longest first.
 * What a pass holds for its backward pass grows with the tokens, so one with the longest texts of
 * many would decide the memory of the whole training.
 */
final class TextPasses {
  /** A pass has at most this many tokens for each text that it may have. */
  private static final int TOKENS_A_TEXT = 64;

  private final List<TokenizedText> texts;
  private final int[] order;
  private final int[] starts;

  /**
   * Cuts a batch.
   *
   * @param columns texts by column, all of the same size
   * @param most texts of a pass, at least 1; fewer where they have more than 64 tokens each
   */
  TextPasses(List<List<TokenizedText>> columns, int most) {
    this.texts = columns.stream().flatMap(List::stream).toList();
    this.order = LengthSortedPasses.longestFirst(texts);
    IntStream.Builder found = IntStream.builder();
    for (int start = 0; start < order.length; start += textsFrom(start, most)) {
      found.add(start);
    }
    this.starts = found.build().toArray();
  }

  /** Number of texts of the pass that starts with the text of this place. */
  private int textsFrom(int start, int most) {
    int longest = Math.max(1, texts.get(order[start]).length());
    long fitting = Math.max(1, (long) most * TOKENS_A_TEXT / longest);
    return Math.toIntExact(Math.min(Math.min(most, fitting), order.length - start));
  }

  /** Number of passes. */
  int size() {
    return starts.length;
  }

  /** Position of the first text of a pass among all; that of a pass too many is the number. */
  int start(int pass) {
    return pass < starts.length ? starts[pass] : order.length;
  }

  /** The texts of a pass. */
  List<TokenizedText> texts(int pass) {
    return Arrays.stream(order, start(pass), start(pass + 1)).mapToObj(texts::get).toList();
  }

  /** Joins the rows of all passes. */
  static NDArray concat(NDManager scope, NDList passes) {
    NDArray rows = passes.size() == 1 ? passes.get(0) : NDArrays.concat(passes, 0);
    rows.attach(scope);
    return rows;
  }

  /** Joined rows of all passes as columns in the order of the batch. */
  NDList inOrder(NDManager scope, NDArray rows, int columns) {
    return LengthSortedPasses.inOrder(scope, rows, order, columns);
  }

  long usedTokens() {
    return texts.stream().mapToLong(TokenizedText::length).sum();
  }

  long paddedTokens() {
    long padded = 0;
    for (int pass = 0; pass < size(); pass++) {
      int longest = texts.get(order[start(pass)]).length();
      padded += (long) longest * (start(pass + 1) - start(pass));
    }
    return padded;
  }
}
