package io.silverspark.model.tokenizer;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * What the tokenizer's post-processor puts around one text or a pair, found by encoding a probe.
 * For BERT: {@code [CLS] A [SEP]} and {@code [CLS] A [SEP] B [SEP]}.
 *
 * @param tokens ids and segments of the special tokens, in order
 * @param beforeFirst how many of them precede the first text
 * @param beforeSecond how many of them precede the second text; all of them for a single text
 * @param firstSegment token type of the first text
 * @param secondSegment token type of the second text
 */
record SpecialTokens(
    TokenizedText tokens, int beforeFirst, int beforeSecond, int firstSegment, int secondSegment) {
  private static final String PROBE = "a";
  private static final int[] NOTHING = {};

  /**
   * Those of one text.
   *
   * @param added false: there are none, whatever the post-processor says
   */
  static SpecialTokens ofSingle(HuggingFaceTokenizer tokenizer, boolean added) {
    return of(tokenizer.encode(PROBE, added, false));
  }

  static SpecialTokens ofPair(HuggingFaceTokenizer tokenizer, boolean added) {
    return of(tokenizer.encode(PROBE, PROBE, added, false));
  }

  private static SpecialTokens of(Encoding probe) {
    long[] sequences = probe.getSequenceIds(); // -1 special, 0 first text, 1 second text
    int[] special = IntStream.range(0, sequences.length).filter(i -> sequences[i] < 0).toArray();
    int first = indexOf(0, sequences);
    int second = indexOf(1, sequences);
    long[] segments = probe.getTypeIds();
    return new SpecialTokens(
        new TokenizedText(at(special, probe.getIds()), at(special, segments)),
        (int) IntStream.of(special).filter(i -> i < first).count(),
        (int) IntStream.of(special).filter(i -> i < second).count(),
        (int) segments[first],
        second == sequences.length ? 0 : (int) segments[second]);
  }

  /** The first position of a text, or the length when there is no such text. */
  private static int indexOf(int text, long[] sequences) {
    return IntStream.range(0, sequences.length)
        .filter(i -> sequences[i] == text)
        .findFirst()
        .orElse(sequences.length);
  }

  private static int[] at(int[] positions, long[] values) {
    return IntStream.of(positions).map(i -> (int) values[i]).toArray();
  }

  int count() {
    return tokens.length();
  }

  /** Puts the first {@code length} ids of a single text between the special tokens. */
  TokenizedText around(int[] text, int length) {
    return around(text, length, NOTHING, 0);
  }

  /** Puts the first ids of both texts between the special tokens. */
  TokenizedText around(int[] first, int firstLength, int[] second, int secondLength) {
    int[] ids = new int[count() + firstLength + secondLength];
    int[] segments = new int[ids.length];
    int secondAt = beforeSecond + firstLength;
    int restAt = secondAt + secondLength;
    copySpecial(0, beforeFirst, ids, segments, 0);
    copyText(first, firstLength, firstSegment, ids, segments, beforeFirst);
    copySpecial(beforeFirst, beforeSecond, ids, segments, beforeFirst + firstLength);
    copyText(second, secondLength, secondSegment, ids, segments, secondAt);
    copySpecial(beforeSecond, count(), ids, segments, restAt);
    return new TokenizedText(ids, segments);
  }

  private void copySpecial(int from, int to, int[] ids, int[] segments, int at) {
    System.arraycopy(tokens.inputIds(), from, ids, at, to - from);
    System.arraycopy(tokens.tokenTypeIds(), from, segments, at, to - from);
  }

  private static void copyText(
      int[] text, int length, int segment, int[] ids, int[] segments, int at) {
    System.arraycopy(text, 0, ids, at, length);
    Arrays.fill(segments, at, at + length, segment);
  }
}
