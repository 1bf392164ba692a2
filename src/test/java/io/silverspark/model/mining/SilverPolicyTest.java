package io.silverspark.model.mining;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class SilverPolicyTest {
  @Test
  void counts_randomShare_isKeptWhereNeighboursAreShort() {
    SilverPolicy policy = new SilverPolicy(3, OptionalInt.of(200), 0.25, Optional.empty(), 5);
    assertThat(policy.neighbourCount(1000)).isEqualTo(150);
    assertThat(policy.randomCount(150)).isEqualTo(50);
    assertThat(policy.neighbourCount(30)).isEqualTo(30);
    assertThat(policy.randomCount(30)).isEqualTo(10);
  }

  @Test
  void counts_noNumberOfPairs_takesEveryNeighbour() {
    SilverPolicy policy = new SilverPolicy(3, OptionalInt.empty(), 0.5, Optional.empty(), 5);
    assertThat(policy.neighbourCount(1000)).isEqualTo(1000);
    assertThat(policy.randomCount(1000)).isEqualTo(1000);
  }

  @Test
  void policy_densityWithoutNumber_isRefused() {
    assertThatThrownBy(
            () ->
                new SilverPolicy(
                    3, OptionalInt.empty(), 0.1, Optional.of(ScoreDensity.uniform(2)), 1))
        .hasMessageContaining("need a number of pairs");
  }
}
