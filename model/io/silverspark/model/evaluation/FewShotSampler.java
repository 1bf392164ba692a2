package io.silverspark.model.evaluation;

import io.silverspark.model.sampling.LegacyMersenneTwister;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Picks the training rows of MTEB's classification experiments: at most {@code perLabel} rows of
 * each label.
 *
 * <p>Source: {@code AbsTaskClassification._undersample_data} of MTEB 1.x and 2.x. The row indices
 * are shuffled in place and carried over from one experiment to the next, each time with a fresh
 * generator of the same seed, so experiment k sees the same permutation applied k + 1 times.
 *
 * @param perLabel at least 1; labels with fewer rows give all they have
 * @param seed not negative
 */
public record FewShotSampler(int perLabel, int seed) {

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if {@code perLabel} or {@code seed} is out of range
   */
  public FewShotSampler {
    if (perLabel < 1 || seed < 0) {
      throw new IllegalArgumentException(
          "perLabel must be at least 1 and seed at least 0, found %d and %d"
              .formatted(perLabel, seed));
    }
  }

  /**
   * Selects rows for each experiment.
   *
   * @param labels label of each training row
   * @return one array of row indices an experiment, in the order in which they were drawn
   */
  public List<int[]> select(int[] labels, int experiments) {
    int[] order = IntStream.range(0, labels.length).toArray();
    List<int[]> selections = new ArrayList<>();
    for (int experiment = 0; experiment < experiments; experiment++) {
      new LegacyMersenneTwister(seed).shuffle(order);
      selections.add(firstOfEachLabel(order, labels));
    }
    return selections;
  }

  private int[] firstOfEachLabel(int[] order, int[] labels) {
    Map<Integer, Integer> taken = new HashMap<>();
    return IntStream.of(order)
        .filter(row -> taken.merge(labels[row], 1, Integer::sum) <= perLabel)
        .toArray();
  }
}
