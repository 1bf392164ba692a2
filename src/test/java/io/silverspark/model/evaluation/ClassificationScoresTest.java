package io.silverspark.model.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ClassificationScoresTest {

  @Test
  void of_labelOnlyPredicted_countsInMacroF1() {
    int[] gold = {0, 0, 0, 1, 1, 2};
    int[] predicted = {0, 0, 1, 1, 3, 0};
    ClassificationScores scores = ClassificationScores.of(gold, predicted);
    // F1: label 0: 4/6, label 1: 2/4, label 2: 0, label 3: 0.
    assertThat(scores.accuracy()).isEqualTo(0.5);
    assertThat(scores.macroF1()).isCloseTo((4.0 / 6 + 0.5) / 4, within(1e-15));
    assertThat(scores.weightedF1()).isCloseTo((3 * 4.0 / 6 + 2 * 0.5) / 6, within(1e-15));
  }

  @Test
  void of_noRows_isRefused() {
    assertThatThrownBy(() -> ClassificationScores.of(new int[0], new int[0]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("0 gold labels but 0 predictions");
  }
}
