package io.silverspark.model.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class FewShotSamplerTest {

  @Test
  void select_secondExperiment_shufflesTheShuffledOrder() {
    // One shuffle of 0..9 with seed 42 gives 8 1 5 0 7 2 9 4 3 6; the same again: 3 1 2 8 4 5 6 7 0
    // 9.
    List<int[]> selections = new FewShotSampler(10, 42).select(new int[10], 2);
    assertThat(selections.get(0)).containsExactly(8, 1, 5, 0, 7, 2, 9, 4, 3, 6);
    assertThat(selections.get(1)).containsExactly(3, 1, 2, 8, 4, 5, 6, 7, 0, 9);
  }

  @Test
  void select_rareLabel_givesAllItHas() {
    int[] labels = {0, 1, 0, 0, 0, 0, 0, 0, 0, 0};
    int[] rows = new FewShotSampler(3, 42).select(labels, 1).get(0);
    assertThat(rows).containsExactly(8, 1, 5, 0);
  }

  @Test
  void sampler_nothingPerLabel_isRefused() {
    assertThatThrownBy(() -> new FewShotSampler(0, 42))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("perLabel must be at least 1 and seed at least 0, found 0 and 42");
  }
}
