package io.silverspark.jobs.generate;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigResolveOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Sentences with paraphrases, one for each number: a phrase out of each of four lists. Different
 * numbers give different sentences, and neighbours in number share no more than distant ones do.
 * Sentences that share phrases are hard negatives of each other.
 */
final class SentencePairs {
  private static final long STRIDE = 2_654_435_761L;
  private static final List<String> LISTS = List.of("subjects", "activities", "places", "times");

  private final List<List<String[]>> phrases;
  private final long size;
  private final long offset;

  private SentencePairs(List<List<String[]>> phrases, long seed) {
    this.phrases = phrases;
    this.size = phrases.stream().mapToLong(List::size).reduce(1, Math::multiplyExact);
    this.offset = Math.floorMod(seed, size);
  }

  /**
   * A sentence and another that follows from it.
   *
   * @param premise the sentence
   * @param hypothesis its paraphrase
   */
  record Pair(String premise, String hypothesis) {}

  /** The pairs of the phrases that come with SilverSpark; the seed changes their order. */
  static SentencePairs withSeed(long seed) {
    try (InputStream in = SentencePairs.class.getResourceAsStream("phrases.conf");
        InputStreamReader reader = new InputStreamReader(in, StandardCharsets.UTF_8)) {
      Config config = ConfigFactory.parseReader(reader).resolve(ConfigResolveOptions.noSystem());
      List<List<String[]>> phrases = new ArrayList<>();
      for (String list : LISTS) {
        phrases.add(
            config.getStringList(list).stream().map(line -> line.split(" \\| ", 2)).toList());
      }
      return new SentencePairs(phrases, seed);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How many pairs there are. */
  long size() {
    return size;
  }

  /**
   * One pair.
   *
   * @param number from 0, below {@link #size}
   */
  Pair pair(long number) {
    // A permutation: the stride is a prime that divides no size of this order.
    long place = (number % size * (STRIDE % size) + offset) % size;
    StringBuilder premise = new StringBuilder();
    StringBuilder hypothesis = new StringBuilder();
    for (List<String[]> list : phrases) {
      String[] phrase = list.get((int) (place % list.size()));
      place /= list.size();
      premise.append(premise.isEmpty() ? "" : " ").append(phrase[0]);
      hypothesis.append(hypothesis.isEmpty() ? "" : " ").append(phrase[1]);
    }
    return new Pair(premise.append('.').toString(), hypothesis.append('.').toString());
  }
}
