package io.silverspark.model.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Divides a batch among the ranks: the examples are dealt from the longest to the shortest, back
 * and forth, so that every rank gets as many examples and about as many tokens as the others.
 */
final class RankParts {
  private RankParts() {}

  /**
   * The parts of a batch; depends on nothing but batch, lengths and number of ranks.
   *
   * @param set knows the lengths
   * @param batch examples
   * @param ranks number of parts
   * @return by rank; empty for some when there are fewer examples than ranks
   */
  static List<int[]> of(TrainingSet set, int[] batch, int ranks) {
    int[] order =
        Arrays.stream(batch)
            .boxed()
            .sorted(Comparator.comparingInt((Integer example) -> -set.tokens(example)))
            .mapToInt(Integer::intValue)
            .toArray();
    List<int[]> parts = new ArrayList<>();
    for (int rank = 0; rank < ranks; rank++) {
      int own = rank;
      parts.add(
          IntStream.range(0, order.length)
              .filter(i -> dealtTo(i, ranks) == own)
              .map(i -> order[i])
              .toArray());
    }
    return parts;
  }

  private static int dealtTo(int position, int ranks) {
    int place = position % ranks;
    return position / ranks % 2 == 0 ? place : ranks - 1 - place;
  }
}
