package io.silverspark.model.tokenizer;

import java.util.List;

/** Tokenizes the columns of training examples, each behind its own prompt. */
@FunctionalInterface
public interface ColumnTokenizer {
  /**
   * Tokenizes one column.
   *
   * @param column from 0, in the order in which the loss takes them
   * @param texts of all examples
   * @return one result per text, in order
   */
  List<TokenizedText> encodeColumn(int column, List<String> texts);
}
