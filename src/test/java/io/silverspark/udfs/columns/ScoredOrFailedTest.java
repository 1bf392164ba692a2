package io.silverspark.udfs.columns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.silverspark.model.data.TextPair;
import io.silverspark.model.encoder.PairPrediction;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScoredOrFailedTest {
  private final List<Integer> calls = new ArrayList<>();

  /** Fails on any list with a poisonous text; NaN for an odd one. */
  private List<PairPrediction> predict(List<TextPair> pairs) {
    calls.add(pairs.size());
    if (pairs.stream().anyMatch(pair -> pair.first().equals("poison"))) {
      throw new IllegalStateException("cannot read it");
    }
    return pairs.stream()
        .map(pair -> new PairPrediction(pair.first().equals("odd") ? Float.NaN : 0.5f, 1))
        .toList();
  }

  private static List<TextPair> pairs(String... first) {
    return List.of(first).stream().map(text -> new TextPair(text, "b")).toList();
  }

  @Test
  void of_onePoisonousPair_failsAlone() {
    List<ScoredOrFailed> outcomes =
        ScoredOrFailed.of(pairs("a", "poison", "c", "odd", "e"), this::predict);

    assertThat(outcomes).hasSize(5);
    assertThat(outcomes.get(1).prediction()).isNull();
    assertThat(outcomes.get(1).failure()).contains("cannot read it");
    assertThat(outcomes.get(3).failure()).contains("NaN");
    for (int good : new int[] {0, 2, 4}) {
      assertThat(outcomes.get(good))
          .isEqualTo(new ScoredOrFailed(new PairPrediction(0.5f, 1), null));
    }
  }

  @Test
  void of_goodPairs_areScoredTogether() {
    assertThat(ScoredOrFailed.of(pairs("a", "b", "c"), this::predict)).hasSize(3);
    assertThat(calls).containsExactly(3);
    assertThat(ScoredOrFailed.of(List.of(), this::predict)).isEmpty();
  }

  @Test
  void of_errorOfTheJvm_goesOn() {
    assertThatThrownBy(
            () ->
                ScoredOrFailed.of(
                    pairs("a"),
                    list -> {
                      throw new OutOfMemoryError("no more");
                    }))
        .isInstanceOf(OutOfMemoryError.class);
  }
}
