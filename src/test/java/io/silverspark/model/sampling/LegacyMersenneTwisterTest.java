package io.silverspark.model.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Expected values: {@code numpy.random.RandomState} of NumPy 2.4.6. */
class LegacyMersenneTwisterTest {

  @Test
  void nextWord_seed42_matchesNumPy() {
    LegacyMersenneTwister random = new LegacyMersenneTwister(42);
    assertThat(random.nextWord()).isEqualTo(1608637542L);
    assertThat(random.nextWord()).isEqualTo(3421126067L);
    assertThat(random.nextWord()).isEqualTo(4083286876L);
    assertThat(random.nextWord()).isEqualTo(787846414L);
  }

  @Test
  void nextDouble_seed7_matchesNumPy() {
    LegacyMersenneTwister random = new LegacyMersenneTwister(7);
    assertThat(random.nextDouble()).isEqualTo(0.07630828937395717);
    assertThat(random.nextDouble()).isEqualTo(0.7799187922401146);
    assertThat(random.nextDouble()).isEqualTo(0.4384092314408935);
  }

  @Test
  void shuffle_tenNumbers_matchesNumPy() {
    int[] values = IntStream.range(0, 10).toArray();
    new LegacyMersenneTwister(42).shuffle(values);
    assertThat(values).containsExactly(8, 1, 5, 0, 7, 2, 9, 4, 3, 6);
  }

  @Test
  void shuffle_bankingRows_startsAsPublished() {
    int[] values = IntStream.range(0, 10_003).toArray();
    new LegacyMersenneTwister(42).shuffle(values);
    assertThat(IntStream.of(values).limit(8))
        .containsExactly(6883, 5836, 8601, 2545, 8697, 5573, 576, 6832);
  }

  @Test
  void nextUpTo_zero_drawsNothing() {
    LegacyMersenneTwister random = new LegacyMersenneTwister(42);
    assertThat(random.nextUpTo(0)).isZero();
    assertThat(random.nextWord()).isEqualTo(1608637542L);
  }
}
