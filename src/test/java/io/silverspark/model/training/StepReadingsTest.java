package io.silverspark.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.error.UserException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A GPU reports many steps at once; here a CPU does as one. */
class StepReadingsTest {
  private static final TrainingPlan PLAN =
      TrainingPlan.builder().maxSteps(7).learningRate(1e-3).accumulation(2).build();

  @Test
  void train_withReportsOfSeveralSteps_givesTheSameWeightsAndReports() {
    RecordedSteps single = new RecordedSteps();
    RecordedSteps several = new RecordedSteps();
    Map<String, float[]> expected = train(PLAN, 1, single);
    Map<String, float[]> found = train(PLAN, 3, several);

    expected.forEach((name, values) -> assertThat(found.get(name)).isEqualTo(values));
    assertThat(several.steps).hasSize(7);
    for (int i = 0; i < 7; i++) {
      TrainingListener.StepReport one = single.steps.get(i);
      TrainingListener.StepReport other = several.steps.get(i);
      assertThat(other.step()).isEqualTo(i + 1);
      assertThat(other.loss()).isEqualTo(one.loss());
      assertThat(other.gradientNorm()).isEqualTo(one.gradientNorm());
      assertThat(other.learningRate()).isEqualTo(one.learningRate());
      assertThat(other.examplesPerSecond()).isPositive();
    }
  }

  @Test
  void train_beforeAnEvaluation_reportsAllStepsSoFar() {
    TrainingPlan plan = TrainingPlan.builder().maxSteps(4).evaluationSteps(2).build();
    RecordedSteps recorded = new RecordedSteps();
    List<Integer> reported = new ArrayList<>();
    try (SentenceEncoder encoder = SmallRun.encoder(0.1f)) {
      TrainingSet set = SmallRun.set(encoder);
      SmallRun.trainer(encoder, plan)
          .reportSteps(100)
          .listener(recorded)
          .evaluation(
              () -> {
                reported.add(recorded.steps.size());
                return 0;
              })
          .train(set, set.shuffled(8, 1));
    }
    assertThat(reported).containsExactly(2, 4);
  }

  @Test
  void train_whereALossIsNotFinite_namesItsStepAlthoughLaterOnesRan() {
    TrainingPlan plan = TrainingPlan.builder().maxSteps(4).learningRate(1e-3).build();
    RecordedSteps recorded = new RecordedSteps();
    try (SentenceEncoder encoder = SmallRun.encoder(0)) {
      NDArray bias = encoder.parameters().get("encoder.layer.0.output.dense.bias");
      float[] broken = bias.toFloatArray();
      broken[0] = Float.NaN;
      HostCopy.overwrite(bias, encoder.manager().create(broken));
      TrainingSet set = SmallRun.set(encoder);
      Trainer trainer = SmallRun.trainer(encoder, plan).reportSteps(4).listener(recorded);

      assertThatThrownBy(() -> trainer.train(set, set.shuffled(8, 1)))
          .isInstanceOf(UserException.class)
          .hasMessageContaining("training stopped at step 1: the loss is NaN in epoch 0, batch 0");
      assertThat(recorded.steps).isEmpty();
    }
  }

  @Test
  void step_ofGradientsThatAreNotFinite_leavesWeightsAndMomentsAsTheyWere() {
    try (SentenceEncoder encoder = SmallRun.encoder(0);
        AdamW optimizer = AdamW.over(encoder.manager(), encoder.parameters(), PLAN.optimizer())) {
      Map<String, float[]> before = SmallRun.weights(encoder.parameters());
      NDArray gradient = optimizer.gradients().get(0);
      HostCopy.overwrite(gradient, gradient.onesLike().mul(Float.POSITIVE_INFINITY));

      NDArray norm = optimizer.step(encoder.manager(), 0.1, new GradientClip(1), 1);

      assertThat(norm.getFloat()).isInfinite();
      SmallRun.weights(encoder.parameters())
          .forEach((name, values) -> assertThat(values).isEqualTo(before.get(name)));
      optimizer
          .state()
          .forEach((name, state) -> assertThat(state.floats()).as(name).containsOnly(0));
      assertThat(gradient.toFloatArray()).containsOnly(0);
    }
  }

  @Test
  void factor_shortGradient_isLeftAlone() {
    try (SentenceEncoder encoder = SmallRun.encoder(0);
        AdamW optimizer = AdamW.over(encoder.manager(), encoder.parameters(), PLAN.optimizer())) {
      assertThat(factor(optimizer, encoder.manager(), 0.5f, 1)).isEqualTo(1);
      assertThat(factor(optimizer, encoder.manager(), 4, 1)).isCloseTo(0.25, within(1e-6));
      assertThat(factor(optimizer, encoder.manager(), 4 * 1024, 1024))
          .as("of a loss that was multiplied by 1,024")
          .isCloseTo(0.25 / 1024, within(1e-9));
    }
  }

  private static double factor(AdamW optimizer, NDManager manager, float norm, double scale) {
    try (NDManager scope = manager.newSubManager()) {
      return 1.0
          / optimizer
              .limit(scope, scope.create(norm), new GradientClip(1), scale)
              .get(0)
              .getFloat();
    }
  }

  private static Map<String, float[]> train(
      TrainingPlan plan, int reportSteps, TrainingListener listener) {
    try (SentenceEncoder encoder = SmallRun.encoder(0.1f)) {
      TrainingSet set = SmallRun.set(encoder);
      SmallRun.trainer(encoder, plan)
          .reportSteps(reportSteps)
          .listener(listener)
          .train(set, set.shuffled(8, 1));
      return SmallRun.weights(encoder.parameters());
    }
  }
}
