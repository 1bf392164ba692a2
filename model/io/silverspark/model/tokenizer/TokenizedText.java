package io.silverspark.model.tokenizer;

import java.io.Serializable;
import java.util.Arrays;

/**
 * The ids of one text or pair, special tokens included, without padding.
 *
 * @param inputIds word piece ids; do not modify
 * @param tokenTypeIds segment of each token, 0 for the first text and 1 for the second; as long as
 *     inputIds; do not modify
 * @param promptTokens leading tokens that pooling leaves out: those of a prompt, 0 where there is
 *     none or it takes part; may exceed the number of tokens
 */
@SuppressWarnings("ArrayRecordComponent") // equals, hashCode and toString are written out below
public record TokenizedText(int[] inputIds, int[] tokenTypeIds, int promptTokens)
    implements Serializable {
  /** Refuses arrays of different lengths with an {@link IllegalArgumentException}. */
  public TokenizedText {
    if (inputIds.length != tokenTypeIds.length) {
      throw new IllegalArgumentException(
          inputIds.length + " input ids but " + tokenTypeIds.length + " token type ids");
    }
  }

  /**
   * A text of which pooling takes all tokens.
   *
   * @param inputIds word piece ids; do not modify
   * @param tokenTypeIds as long as inputIds; do not modify
   */
  public TokenizedText(int[] inputIds, int[] tokenTypeIds) {
    this(inputIds, tokenTypeIds, 0);
  }

  /**
   * The same text with a prompt that pooling leaves out.
   *
   * @param tokens leading tokens of the prompt
   * @return changed copy that shares the ids
   */
  public TokenizedText withPromptTokens(int tokens) {
    return new TokenizedText(inputIds, tokenTypeIds, tokens);
  }

  /**
   * Number of tokens.
   *
   * @return special tokens included
   */
  public int length() {
    return inputIds.length;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TokenizedText that
        && Arrays.equals(inputIds, that.inputIds)
        && Arrays.equals(tokenTypeIds, that.tokenTypeIds)
        && promptTokens == that.promptTokens;
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(inputIds) + Arrays.hashCode(tokenTypeIds) + 961 * promptTokens;
  }

  @Override
  public String toString() {
    return Arrays.toString(inputIds);
  }
}
