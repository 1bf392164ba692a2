package io.silverspark.model.mining;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class HardNegativeSelectorTest {
  private static final List<Neighbour> POSITIVE = List.of(new Neighbour(99, 0.79f));

  private static HardNegativePolicy policy(
      int count, int rangeMin, int rangeMax, HardNegativePolicy.Sampling sampling, long seed) {
    return new HardNegativePolicy(
        count,
        rangeMin,
        OptionalInt.of(rangeMax),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        sampling,
        seed);
  }

  /** Ids 0, 1, 2, ... with scores 0.95, 0.90, 0.85, ... */
  private static List<Neighbour> ranking(int count) {
    return LongStream.range(0, count)
        .mapToObj(id -> new Neighbour(id, 0.95f - 0.05f * id))
        .toList();
  }

  private static List<Long> ids(List<Neighbour> neighbours) {
    return neighbours.stream().map(Neighbour::id).toList();
  }

  @Test
  void select_allCandidatesTooSimilar_returnsNone() {
    HardNegativePolicy strict =
        new HardNegativePolicy(
            2,
            0,
            OptionalInt.empty(),
            OptionalDouble.of(0.1),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            HardNegativePolicy.Sampling.TOP,
            1);
    assertThat(new HardNegativeSelector(strict, 1).select(0, ranking(10), POSITIVE)).isEmpty();
  }

  @Test
  void select_severalPositives_marginComparesWithTheSmallest() {
    HardNegativePolicy margin =
        new HardNegativePolicy(
            1,
            0,
            OptionalInt.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalDouble.of(0),
            OptionalDouble.empty(),
            HardNegativePolicy.Sampling.TOP,
            1);
    List<Neighbour> positives = List.of(new Neighbour(0, 0.95f), new Neighbour(3, 0.62f));
    assertThat(ids(new HardNegativeSelector(margin, 2).select(0, ranking(12), positives)))
        .containsExactly(7L);
  }

  @Test
  void select_rangeMin_skipsAfterPositivesAreRemoved() {
    List<Neighbour> positives = List.of(new Neighbour(0, 0.95f));
    HardNegativeSelector selector =
        new HardNegativeSelector(policy(2, 1, 5, HardNegativePolicy.Sampling.TOP, 1), 1);
    assertThat(ids(selector.select(0, ranking(10), positives))).containsExactly(2L, 3L);
  }

  @Test
  void select_rescoredCandidates_areRankedByTheNewScore() {
    List<Neighbour> shuffled = new ArrayList<>(ranking(10));
    Collections.shuffle(shuffled, new Random(3));
    HardNegativeSelector selector =
        new HardNegativeSelector(policy(3, 0, 5, HardNegativePolicy.Sampling.TOP, 1), 1);
    assertThat(ids(selector.select(0, shuffled, POSITIVE))).containsExactly(0L, 1L, 2L);
  }

  @Test
  void select_random_isReproducibleOrderedAndWithinTheWindow() {
    HardNegativeSelector selector =
        new HardNegativeSelector(policy(3, 2, 10, HardNegativePolicy.Sampling.RANDOM, 7), 1);
    List<Neighbour> first = selector.select(5, ranking(19), POSITIVE);

    assertThat(selector.select(5, ranking(19), POSITIVE)).isEqualTo(first);
    assertThat(first).hasSize(3).isSortedAccordingTo(Neighbour.BEST_FIRST);
    assertThat(ids(first)).allMatch(id -> id >= 2 && id < 10).doesNotHaveDuplicates();
    assertThat(
            LongStream.range(0, 50)
                .mapToObj(query -> selector.select(query, ranking(19), POSITIVE))
                .collect(Collectors.toSet()))
        .hasSizeGreaterThan(20);
  }

  @Test
  void select_semiHard_staysBetweenMarginAndPositive() {
    HardNegativeSelector selector =
        new HardNegativeSelector(
            policy(9, 0, 19, HardNegativePolicy.Sampling.TOP, 1),
            1,
            NegativeDifficulty.SEMI_HARD,
            0.22);
    // Positive 0.79: accepted scores lie in (0.57, 0.79), which are 0.75, 0.70, 0.65, 0.60.
    assertThat(ids(selector.select(0, ranking(19), POSITIVE))).containsExactly(4L, 5L, 6L, 7L);
  }

  @Test
  void select_easy_staysBelowTheMargin() {
    HardNegativeSelector selector =
        new HardNegativeSelector(
            policy(4, 0, 19, HardNegativePolicy.Sampling.TOP, 1), 1, NegativeDifficulty.EASY, 0.32);
    List<Neighbour> easy = selector.select(0, ranking(19), POSITIVE);
    assertThat(easy).hasSize(4).allMatch(negative -> negative.score() <= 0.48f);
    assertThat(ids(easy)).isNotEqualTo(List.of(10L, 11L, 12L, 13L));
  }

  @Test
  void policy_windowTooSmall_saysAllThreeNumbers() {
    assertThatThrownBy(() -> policy(3, 4, 6, HardNegativePolicy.Sampling.TOP, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("rangeMin=4, rangeMax=6, numNegatives=3");
  }
}
