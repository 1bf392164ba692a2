package io.silverspark.model.pretraining;

import io.silverspark.model.sampling.LegacyMersenneTwister;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Deletes words at random: each word is kept if a uniform number is above the ratio; if none is,
 * one at random is kept. A text without words stays as it is.
 *
 * <p>Source: {@code DenoisingAutoEncoderDataset.delete} of sentence-transformers; with a generator
 * of the same seed the same words are kept. Differs: words are what whitespace separates, where the
 * library uses NLTK's English tokenizer, so punctuation stays with its word and any language will
 * do.
 *
 * @param ratio share of the words that is deleted, 0 to 1
 */
public record WordDeletion(double ratio) {
  /** The ratio of the paper. */
  public static final double DEFAULT_RATIO = 0.6;

  /** What Python's {@code str.split()} takes for whitespace. */
  private static final Pattern WHITESPACE = Pattern.compile("[\\p{IsWhite_Space}\\x1c-\\x1f]+");

  /**
   * Checks the ratio.
   *
   * @throws IllegalArgumentException if {@code ratio} is not from 0 to 1; the message shows it
   */
  public WordDeletion {
    if (!(ratio >= 0 && ratio <= 1)) {
      throw new IllegalArgumentException("ratio must be from 0 to 1, found " + ratio);
    }
  }

  /** With {@link #DEFAULT_RATIO}. */
  public WordDeletion() {
    this(DEFAULT_RATIO);
  }

  /**
   * The words that are left, joined by spaces.
   *
   * @param text any text
   * @param random one number is drawn for each word, one more if none is kept
   * @return at least one word if the text has one
   */
  public String apply(String text, LegacyMersenneTwister random) {
    List<String> words = WHITESPACE.splitAsStream(text).filter(word -> !word.isEmpty()).toList();
    if (words.isEmpty()) {
      return text;
    }
    boolean[] kept = keep(words.size(), random);
    return IntStream.range(0, kept.length)
        .filter(i -> kept[i])
        .mapToObj(words::get)
        .collect(Collectors.joining(" "));
  }

  /**
   * Which of so many words are kept.
   *
   * @param words at least 1
   * @param random as for {@link #apply}
   * @return at least one is true
   */
  public boolean[] keep(int words, LegacyMersenneTwister random) {
    boolean[] kept = new boolean[words];
    boolean any = false;
    for (int i = 0; i < words; i++) {
      kept[i] = random.nextDouble() > ratio;
      any |= kept[i];
    }
    if (!any) {
      kept[random.nextUpTo(words - 1)] = true;
    }
    return kept;
  }
}
