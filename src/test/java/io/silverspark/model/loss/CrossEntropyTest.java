package io.silverspark.model.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.silverspark.model.encoder.Autograd;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CrossEntropyTest {
  private NDManager manager;
  private Autograd tape;

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager("PyTorch");
    tape = Autograd.record();
  }

  @AfterEach
  void close() {
    tape.close();
    manager.close();
  }

  @Test
  void binary_zeroLogit_hasGradientOfSigmoidMinusLabel() {
    NDArray logits = variable(new float[][] {{0}, {2}});
    NDArray loss =
        new BinaryCrossEntropyLoss()
            .compute(new NDList(logits), manager.create(new float[] {1, 0.25f}));
    // -ln(1/2) and ln(1 + e^2) - 2/4
    assertThat(loss.getFloat()).isCloseTo((0.693147f + 1.626928f) / 2, within(1e-5f));
    tape.backward(loss);
    assertThat(logits.getGradient().toFloatArray())
        .containsExactly(new float[] {-0.25f, (0.880797f - 0.25f) / 2}, within(1e-5f));
  }

  @Test
  void binary_hugeLogits_staysFinite() {
    NDArray logits = variable(new float[][] {{-500}, {500}});
    NDArray loss =
        new BinaryCrossEntropyLoss()
            .compute(new NDList(logits), manager.create(new float[] {1, 1}));
    assertThat(loss.getFloat()).isEqualTo(250f);
  }

  @Test
  void binary_twoLogitsAPair_isRefused() {
    NDArray logits = variable(new float[][] {{0, 1}, {2, 3}});
    NDArray labels = manager.create(new float[] {1, 0});
    assertThatThrownBy(() -> new BinaryCrossEntropyLoss().compute(new NDList(logits), labels))
        .hasMessage("one logit per pair is needed: logits (2, 2), labels (2)");
  }

  @Test
  void categorical_threeLogits_isMeanNegativeLogSoftmax() {
    NDArray logits = variable(new float[][] {{1, 2, 3}, {0, 0, 0}});
    NDArray loss =
        new CategoricalCrossEntropyLoss(3)
            .compute(new NDList(logits), manager.create(new float[] {2, 0}));
    assertThat(loss.getFloat()).isCloseTo((0.407606f + 1.098612f) / 2, within(1e-5f));
    tape.backward(loss);
    assertThat(logits.getGradient().get(1).toFloatArray())
        .containsExactly(new float[] {-1 / 3f, 1 / 6f, 1 / 6f}, within(1e-5f));
  }

  @Test
  void ranking_negativesColumn_isACandidateAfterAllPositives() {
    NDList columns =
        new NDList(
            variable(new float[][] {{1, 0}, {0, 1}}),
            variable(new float[][] {{2, 0}, {0, 3}}),
            variable(new float[][] {{0, -5}, {-4, 0}}));
    NDArray loss = new MultipleNegativesRankingLoss(1).compute(columns, null);
    // anchor 0: cosines 1, 0, 0, -1; anchor 1: 0, 1, -1, 0
    double row = Math.log(Math.E + 2 + 1 / Math.E) - 1;
    assertThat(loss.getFloat()).isCloseTo((float) row, within(1e-6f));
  }

  private NDArray variable(float[][] values) {
    NDArray array = manager.create(values);
    array.setRequiresGradient(true);
    return array;
  }
}
