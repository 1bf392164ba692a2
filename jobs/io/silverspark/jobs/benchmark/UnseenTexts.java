package io.silverspark.jobs.benchmark;

import io.silverspark.model.data.ScoredPair;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Hands out each text once, so that whoever measures with them measures a first pass. When the
 * given ones are used up, it makes texts of as many words out of pieces of the given ones. The same
 * seed and the same calls give the same texts.
 */
final class UnseenTexts {
  private static final int TRIES = 16;
  private static final int GRADES = 6;

  private final List<String> texts;
  private final List<ScoredPair> pairs;
  private final List<String[]> words;
  private final Set<String> seen = new HashSet<>();
  private final Random random;

  UnseenTexts(Workload work, long seed) {
    this.random = new Random(seed);
    this.texts = shuffled(work.texts());
    this.pairs = shuffled(work.pairs());
    this.words = texts.stream().map(UnseenTexts::words).toList();
  }

  /** In another order, so that each thousand has long and short ones. */
  private <T> List<T> shuffled(List<T> items) {
    List<T> shuffled = new ArrayList<>(items);
    Collections.shuffle(shuffled, random);
    return shuffled;
  }

  /**
   * What was handed out.
   *
   * @param items in the order to use them
   * @param made how many of them are not as given
   */
  record Items<T>(List<T> items, int made) {}

  /** So many texts; the given ones first. */
  Items<String> texts(int count) {
    List<String> taken = new ArrayList<>(count);
    for (int i = 0; i < texts.size() && taken.size() < count; i++) {
      if (seen.add(texts.get(i))) {
        taken.add(texts.get(i));
      }
    }
    int given = taken.size();
    while (taken.size() < count) {
      taken.add(made(words.get(random.nextInt(words.size())).length));
    }
    return new Items<>(taken, count - given);
  }

  /** So many pairs of texts that are both unseen; the given ones first. */
  Items<ScoredPair> pairs(int count) {
    List<ScoredPair> taken = new ArrayList<>(count);
    for (int i = 0; i < pairs.size() && taken.size() < count; i++) {
      ScoredPair pair = pairs.get(i);
      if (!seen.contains(pair.first()) && !seen.contains(pair.second())) {
        taken.add(pair);
      }
    }
    taken.forEach(pair -> seen.addAll(List.of(pair.first(), pair.second())));
    int given = taken.size();
    while (taken.size() < count) {
      ScoredPair like = pairs.get(random.nextInt(pairs.size()));
      taken.add(
          new ScoredPair(
              made(words(like.first()).length),
              made(words(like.second()).length),
              (float) (taken.size() % GRADES) / (GRADES - 1)));
    }
    return new Items<>(taken, count - given);
  }

  /** Pieces of given texts, together so many words; more where all of that length are seen. */
  private String made(int length) {
    for (int tries = 0; ; tries++) {
      int wanted = length + tries / TRIES;
      List<String> made = new ArrayList<>();
      while (made.size() < wanted) {
        String[] from = words.get(random.nextInt(words.size()));
        int start = random.nextInt(from.length);
        int most = Math.min(wanted - made.size(), from.length - start);
        int piece = Math.min(most, 1 + random.nextInt(1 + wanted / 2));
        made.addAll(Arrays.asList(from).subList(start, start + piece));
      }
      String text = String.join(" ", made);
      if (seen.add(text)) {
        return text;
      }
    }
  }

  private static String[] words(String text) {
    return text.strip().split("\\s+");
  }
}
