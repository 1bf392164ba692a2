package io.silverspark.model.tokenizer;

import java.io.Serializable;
import java.util.Arrays;

/**
 * The ids of one text or pair, special tokens included, without padding.
 *
 * @param inputIds word piece ids; do not modify
 * @param tokenTypeIds segment of each token, 0 for the first text and 1 for the second; as long as
 *     inputIds; do not modify
 */
@SuppressWarnings("ArrayRecordComponent") // equals, hashCode and toString are written out below
public record TokenizedText(int[] inputIds, int[] tokenTypeIds) implements Serializable {
  /** Refuses arrays of different lengths with an {@link IllegalArgumentException}. */
  public TokenizedText {
    if (inputIds.length != tokenTypeIds.length) {
      throw new IllegalArgumentException(
          inputIds.length + " input ids but " + tokenTypeIds.length + " token type ids");
    }
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
        && Arrays.equals(tokenTypeIds, that.tokenTypeIds);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(inputIds) + Arrays.hashCode(tokenTypeIds);
  }

  @Override
  public String toString() {
    return Arrays.toString(inputIds);
  }
}
