package io.silverspark.model.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.silverspark.model.error.UserException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Hand-worked values; also of the sentence-encoder losses that the reference has no case of. */
class CrossEncoderLossTest {
  private NDManager manager;

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager("PyTorch");
  }

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void mse_isTheMeanSquareOfTheDifference() {
    SentenceLoss loss = loss("MSELoss", Map.of());
    assertThat(value(loss, labels(1, 4), logits(3, 5))).isCloseTo(2.5f, within(1e-6f));
    SentenceLoss sigmoid = loss("MSELoss", Map.of("activation_fn", "sigmoid"));
    assertThat(value(sigmoid, labels(1, 0.5f), logits(0, 0))).isCloseTo(0.125f, within(1e-6f));
  }

  @Test
  void marginMse_twoNegatives_takesMarginsOrScores() {
    SentenceLoss loss = loss("MarginMSELoss", Map.of());
    NDArray[] logits = {logits(3, 1), logits(1, 1), logits(0, 2)};
    NDArray margins = manager.create(new float[][] {{1, 3}, {0, 0}});
    // margins of the logits: (2, 3) and (0, -1)
    assertThat(value(loss, margins, logits)).isCloseTo((1 + 0 + 0 + 1) / 4f, within(1e-6f));
    NDArray scores = manager.create(new float[][] {{5, 4, 2}, {7, 7, 7}});
    assertThat(value(loss, scores, logits)).isCloseTo(0.5f, within(1e-6f));
  }

  @Test
  void ranking_positiveFirst_isSoftmaxOfScaledSigmoids() {
    SentenceLoss loss = loss("MultipleNegativesRankingLoss", Map.of());
    double first = 10 / (1 + Math.exp(-2));
    double second = 10 / (1 + Math.exp(1));
    double wanted = Math.log(Math.exp(first) + Math.exp(second)) - first;
    assertThat(value(loss, null, logits(2), logits(-1))).isCloseTo((float) wanted, within(1e-5f));
    SentenceLoss plain =
        loss("MultipleNegativesRankingLoss", Map.of("scale", "1", "activationFn", "identity"));
    assertThat(value(plain, null, logits(1), logits(1)))
        .isCloseTo((float) Math.log(2), within(1e-6f));
  }

  @Test
  void read_parameterOfTheOtherEncoder_isRefused() {
    assertThatThrownBy(() -> loss("MSELoss", Map.of("scale", "3")))
        .isInstanceOf(UserException.class)
        .hasMessage("MSELoss has no parameter 'scale'; it has activationFn");
  }

  @Test
  void embeddingMse_sharedAndSeparateTargets_areMeansOverColumns() {
    NDList columns =
        new NDList(manager.create(new float[][] {{1, 2}}), manager.create(new float[][] {{3, 4}}));
    MSELoss loss = new MSELoss();
    NDArray shared = manager.create(new float[][] {{1, 2}});
    NDArray separate = manager.create(new float[][] {{1, 2, 3, 5}});
    assertThat(loss.compute(columns, shared).getFloat()).isCloseTo(2f, within(1e-6f));
    assertThat(loss.compute(columns, separate).getFloat()).isCloseTo(0.25f, within(1e-6f));
    assertThatThrownBy(() -> loss.compute(columns, manager.create(new float[][] {{1, 2, 3}})))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("both need the same width");
  }

  @Test
  void tension_sameAndOtherSentence_areBinaryCrossEntropyOfTheDotProduct() {
    NDList columns =
        new NDList(
            manager.create(new float[][] {{1, 0}, {0, 2}}),
            manager.create(new float[][] {{2, 5}, {1, 1}}));
    float found = new ContrastiveTensionLoss().compute(columns, labels(1, 0)).getFloat();
    double wanted = Math.log(1 + Math.exp(-2)) + Math.log(1 + Math.exp(2));
    assertThat(found).isCloseTo((float) wanted, within(1e-5f));
  }

  @Test
  void tensionInBatch_orthogonalSentences_isSymmetricSoftmax() {
    NDArray rows = manager.create(new float[][] {{3, 0}, {0, 2}});
    try (SentenceLoss loss =
        ContrastiveTensionLossInBatchNegatives.create(manager, 2, SimilarityFunction.COSINE)) {
      float found = loss.compute(new NDList(rows, rows), null).getFloat();
      assertThat(found).isCloseTo((float) Math.log(1 + Math.exp(-2)), within(1e-5f));
    }
  }

  @Test
  void triplet_severalNegatives_isTheMeanOverThem() {
    NDArray anchor = manager.create(new float[][] {{0, 0}});
    NDArray positive = manager.create(new float[][] {{1, 0}});
    NDArray near = manager.create(new float[][] {{0, 2}});
    NDArray far = manager.create(new float[][] {{0, 9}});
    TripletLoss loss = new TripletLoss(Distance.MANHATTAN, 3);
    assertThat(loss.compute(new NDList(anchor, positive, near, far), null).getFloat())
        .isCloseTo(1f, within(1e-6f));
  }

  private SentenceLoss loss(String name, Map<String, String> parameters) {
    return NamedCrossEncoderLoss.of(name).read(parameters).create(1);
  }

  private NDArray logits(float... values) {
    return manager.create(values).reshape(-1, 1);
  }

  private NDArray labels(float... values) {
    return manager.create(values);
  }

  private static float value(SentenceLoss loss, NDArray labels, NDArray... columns) {
    return loss.compute(new NDList(columns), labels).getFloat();
  }
}
