package io.silverspark.jobs.benchmark;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.silverspark.model.data.ScoredPair;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Gives each part of a suite pairs that no other part had, and keeps them for the file. */
final class SuitePairs {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final UnseenTexts unseen;
  private final List<String> lines = new ArrayList<>();

  SuitePairs(UnseenTexts unseen) {
    this.unseen = unseen;
  }

  /**
   * Pairs of a part.
   *
   * @param part key of the numbers that will be measured with them
   */
  List<ScoredPair> of(String part, int count) {
    List<ScoredPair> pairs = unseen.pairs(count).items();
    for (ScoredPair pair : pairs) {
      lines.add(
          JSON.createObjectNode()
              .put("part", part)
              .put("sentence1", pair.first())
              .put("sentence2", pair.second())
              .put("score", Math.round(pair.score() * 5e3) / 1e3)
              .toString());
    }
    return pairs;
  }

  /** Pairs for a first batch: they are in no file. */
  List<ScoredPair> warmUp() {
    return unseen.pairs(2).items();
  }

  static List<String> texts(List<ScoredPair> pairs) {
    return pairs.stream().flatMap(pair -> Stream.of(pair.first(), pair.second())).toList();
  }

  /** One JSON object a line: part, sentence1, sentence2 and score from 0 to 5. */
  String lines() {
    return String.join("\n", lines) + "\n";
  }
}
