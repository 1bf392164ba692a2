package io.silverspark.model.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.silverspark.model.tokenizer.TokenizedText;
import java.util.Arrays;
import java.util.List;

/** The texts of a batch in passes of a bounded number of texts, longest first. */
final class TextPasses {
  private final List<TokenizedText> texts;
  private final int[] order;
  private final int most;

  /**
   * Cuts a batch.
   *
   * @param columns texts by column, all of the same size
   * @param most texts of a pass, at least 1
   */
  TextPasses(List<List<TokenizedText>> columns, int most) {
    this.texts = columns.stream().flatMap(List::stream).toList();
    this.order = LengthSortedPasses.longestFirst(texts);
    this.most = most;
  }

  /** Number of passes. */
  int size() {
    return (order.length + most - 1) / most;
  }

  /** Position of the first text of a pass among all; that of a pass too many is the number. */
  int start(int pass) {
    return Math.min(pass * most, order.length);
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
