package io.silverspark.model.loss;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.silverspark.model.error.UserException;
import org.junit.jupiter.api.Test;

class LossInputsTest {
  @Test
  void check_rankingLossWithOneColumn_isRefusedWithTheRemedy() {
    assertThatThrownBy(() -> new MultipleNegativesRankingLoss().inputs().check(1, LabelsOfSet.NONE))
        .isInstanceOf(UserException.class)
        .hasMessage(
            "MultipleNegativesRankingLoss takes at least 2 text columns (anchor, positive, then any"
                + " number of hard negatives), but the training data has 1; give (anchor, positive)"
                + " rows that mean the same, such as entailments, and drop the labels; for labelled"
                + " pairs use CosineSimilarityLoss, ContrastiveLoss or SoftmaxLoss");
  }

  @Test
  void check_contradictionsForARankingLoss_areRefused() {
    assertThatThrownBy(
            () -> new MultipleNegativesRankingLoss().inputs().check(2, new float[] {0, 0, 2}))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith(
            "MultipleNegativesRankingLoss takes every row as a positive and would ignore the labels"
                + " of the training data, which differ (0.0, 2.0); give (anchor, positive) rows");
  }

  @Test
  void check_equalLabelsForARankingLoss_areIgnored() {
    assertThatCode(() -> new MultipleNegativesRankingLoss().inputs().check(3, new float[] {9, 9}))
        .doesNotThrowAnyException();
  }

  @Test
  void check_missingLabels_isRefused() {
    assertThatThrownBy(() -> new CosineSimilarityLoss().inputs().check(2, LabelsOfSet.NONE))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith(
            "CosineSimilarityLoss needs a score from -1.0 to 1.0, but the training data has no"
                + " labels; give graded pairs");
  }

  @Test
  void check_scoreNotScaled_namesTheExample() {
    assertThatThrownBy(() -> new CosineSimilarityLoss().inputs().check(2, new float[] {0.5f, 4.5f}))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("example 1 has 4.5");
  }

  @Test
  void check_allScoresTheSame_isRefused() {
    assertThatThrownBy(() -> new CoSENTLoss().inputs().check(2, new float[] {1, 1, 1}))
        .isInstanceOf(UserException.class)
        .hasMessage(
            "CoSENTLoss has nothing to learn from: all 3 labels of the training data are 1.0, and"
                + " it needs different ones");
  }

  @Test
  void check_gradedScoresForAContrastiveLoss_areRefused() {
    assertThatThrownBy(() -> new ContrastiveLoss().inputs().check(2, new float[] {1, 0.4f}))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("ContrastiveLoss needs a label of 0 or 1, but example 1 has 0.4; ");
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
  void check_oneClassOrNoTwoOfAClass_areRefusedByBatchTripletLosses() {
    LossInputs inputs = new BatchAllTripletLoss().inputs();
    assertThatThrownBy(() -> inputs.check(1, new float[] {7, 7, 7}))
        .hasMessage(
            "BatchAllTripletLoss needs texts of two classes or more, but all 3 texts of the"
                + " training data are of one");
    assertThatThrownBy(() -> inputs.check(1, new float[] {7, 8, 9}))
        .hasMessage(
            "BatchAllTripletLoss needs two texts of the same class, but every class of the data has"
                + " one text");
    assertThatThrownBy(() -> inputs.check(2, new float[] {7, 7, 9}))
        .hasMessageContaining("takes 1 text column (text), but the training data has 2;");
  }

  @Test
  void compute_batchOfOneClass_isRefusedWithTheSampler() {
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDList columns = new NDList(manager.create(new float[][] {{1, 2}, {3, 4}}));
      assertThatThrownBy(
              () -> new BatchHardTripletLoss().compute(columns, manager.create(new float[] {3, 3})))
          .isInstanceOf(UserException.class)
          .hasMessage(
              "BatchHardTripletLoss needs two classes or more in each batch, but all 2 texts of a"
                  + " batch are of class 3.0; use batches grouped by label"
                  + " (TrainingSet.groupedByLabel)");
    }
  }

  @Test
  void check_marginsOfAnotherNumberOfNegatives_areRefused() {
    LossInputs inputs = new MarginMSELoss().inputs();
    LabelsOfSet two = LabelsOfSet.of(new float[] {1, 2, 3, 4}, 2);
    assertThatCode(() -> inputs.check(4, two)).doesNotThrowAnyException();
    assertThatCode(() -> inputs.check(3, two)).doesNotThrowAnyException();
    assertThatThrownBy(() -> inputs.check(5, two))
        .hasMessageStartingWith(
            "MarginMSELoss needs 3 margins or 4 scores per example for 5 text columns, but the"
                + " training data has 2;");
  }

  @Test
  void check_noGuide_isRefused() {
    assertThatThrownBy(() -> new GISTEmbedLoss().inputs().check(2, LabelsOfSet.NONE))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith(
            "GISTEmbedLoss needs embeddings of another model as labels, but the training data has"
                + " none; give (anchor, positive) rows that mean the same and a guide");
    assertThatCode(() -> new GISTEmbedLoss().inputs().check(2, LabelsOfSet.EMBEDDINGS))
        .doesNotThrowAnyException();
  }

  @Test
  void check_pairsForTripletLoss_areRefused() {
    assertThatThrownBy(() -> new TripletLoss().inputs().check(2, LabelsOfSet.NONE))
        .hasMessage(
            "TripletLoss takes at least 3 text columns (anchor, positive, negative, ...), but the"
                + " training data has 2; mine negatives first, or use MultipleNegativesRankingLoss"
                + " for pairs");
  }
}
