package io.silverspark.model.loss;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.silverspark.model.error.UserException;
import org.junit.jupiter.api.Test;

class LossInputsTest {
  @Test
  void check_rankingLossWithOneColumn_isRefused() {
    assertThatThrownBy(() -> new MultipleNegativesRankingLoss().inputs().check(1, null))
        .isInstanceOf(UserException.class)
        .hasMessage(
            "MultipleNegativesRankingLoss takes at least 2 text columns (anchor, positive, then any"
                + " number of hard negatives), but the training data has 1");
  }

  @Test
  void check_missingLabels_isRefused() {
    assertThatThrownBy(() -> new CosineSimilarityLoss().inputs().check(2, null))
        .isInstanceOf(UserException.class)
        .hasMessage(
            "CosineSimilarityLoss needs a score from -1.0 to 1.0, but the training data has no"
                + " labels");
  }

  @Test
  void check_scoreNotScaled_namesTheExample() {
    assertThatThrownBy(() -> new CosineSimilarityLoss().inputs().check(2, new float[] {0.5f, 4.5f}))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("example 1 has 4.5");
  }

  @Test
  void check_classWithoutLogit_isRefused() {
    assertThatThrownBy(
            () -> new CategoricalCrossEntropyLoss(3).inputs().check(1, new float[] {0, 3}))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("a class label from 0 to 2, but example 1 has 3.0");
  }

  @Test
  void check_notANumber_isRefused() {
    assertThatThrownBy(
            () -> new BinaryCrossEntropyLoss().inputs().check(1, new float[] {Float.NaN}))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("example 0 has NaN");
  }

  @Test
  void check_labelsForALossWithoutLabels_areIgnored() {
    assertThatCode(() -> new MultipleNegativesRankingLoss().inputs().check(3, new float[] {9}))
        .doesNotThrowAnyException();
  }
}
